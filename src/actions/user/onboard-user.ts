import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { OktaError } from '../../errors/errors.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { group } from '../../resources/group/resource.ts';
import { assertProfile } from '../../resources/profile-schema.ts';
import { ref, refs } from '../../resources/reference.ts';
import { dryRunInput, storyOutput, told } from '../../resources/story/record.ts';
import { runSteps } from '../../resources/story/steps.ts';
import { newUserInput } from '../../resources/user/create.ts';
import { relationship } from '../../resources/user/links.ts';
import { type Newcomer, ONBOARDING, onboardingSteps, welcomeIds } from '../../resources/user/onboarding.ts';
import { user } from '../../resources/user/resource.ts';
import { userByLogin } from '../../resources/user/write.ts';
import { field, secret } from '../../schema/fields.ts';

const listOf = (title: string, description: string, example: string) =>
  field(z.array(z.string().min(1)).optional(), title, description, [example]);

export const onboardUser = defineAction({
  key: 'onboard_user',
  resource: user,
  job: 'join',
  title: 'Onboard user',
  description:
    'Creates a user or takes the one who has the login, adds groups, manager and apps, and activates the account once the groups are there. Returns a record of every change. Run it again after a failure: it does what is left. A dry run names the changes and makes none.',
  docsUrl: docsOf('User', 'createUser'),
  scopes: [
    ...['okta.users.manage', 'okta.users.read', 'okta.groups.manage', 'okta.groups.read'],
    ...['okta.apps.manage', 'okta.apps.read'],
  ],
  effect: { kind: 'write', idempotent: true, destructive: false },
  effectWhen: [{ when: { dryRun: { is: [true] } }, effect: { kind: 'read' } }],
  input: newUserInput.omit({ groupIds: true, nextLogin: true }).extend({
    groupIds: refs(group, listOf('Groups', 'Ids or exact names of groups to join.', '00g1abcdefghijklmnop')),
    appIds: refs(
      app,
      listOf('Apps', 'Ids or exact labels of apps to assign directly.', '0oa1abcdefghijklmnop'),
    ),
    managerId: ref(user, {
      title: 'Manager',
      description: 'Id, login or short name of the manager.',
      example: '00u2abcdefghijklmnop',
    }).optional(),
    primaryRelationshipName: relationship(
      'Name of the linked object for managers, as the org defines it.',
      'manager',
    ).default('manager'),
    ifExists: field(
      z.enum(['reuse', 'update', 'fail']).default('reuse'),
      'If the login exists',
      'reuse: go on with the user who has the login; update: also give that user the attributes of the profile; fail: stop.',
      'update',
    ),
    sendEmail: field(
      z.boolean().default(true),
      'Send e-mail',
      'Send the activation e-mail; if false, the output has the activation link.',
      true,
    ),
    dryRun: dryRunInput,
  }),
  output: storyOutput(ONBOARDING).extend({
    created: field(z.boolean(), 'Created', 'Whether the user is new.', true),
    activationUrl: secret(
      field(
        z.string().optional(),
        'Activation URL',
        'Where the user sets a password, if no e-mail was sent.',
        'https://acme.okta.com/welcome/...',
      ),
    ),
  }),
  calls: [
    ...(['GET /api/v1/users', 'GET /api/v1/users/{userId}'] as const),
    ...(['POST /api/v1/users', 'POST /api/v1/users/{userId}'] as const),
    ...(['GET /api/v1/users/{userId}/groups', 'PUT /api/v1/groups/{groupId}/users/{userId}'] as const),
    'GET /api/v1/users/{userId}/linkedObjects/{relationshipName}',
    'PUT /api/v1/users/{userId}/linkedObjects/{relationshipName}/{primaryUserId}',
    'POST /api/v1/users/{userId}/lifecycle/activate',
    ...(['GET /api/v1/apps', 'POST /api/v1/apps/{appId}/users'] as const),
  ],
  async run(context, { ifExists, dryRun, activate, sendEmail, primaryRelationshipName, ...given }) {
    const startedAt = context.clock.now();
    const { groupIds, appIds, managerId, ...wanted } = given;
    const { login } = wanted.profile;
    const ids = await welcomeIds(context, { groupIds, appIds, managerId });
    const known = await userByLogin(context, login);
    if (known && ifExists === 'fail') throw taken(known.id);
    const schema = await context.attributes(user, wanted.type?.id ?? 'default');
    if (!known) await assertProfile(schema, wanted.profile, { complete: true });
    const newcomer: Newcomer = known ? { known, id: known.id, status: known.status } : {};
    const { groups, apps, managerId: id } = ids;
    const manager = id === undefined ? undefined : { id, relationship: primaryRelationshipName };
    const welcome = { ...{ user: wanted, groups, apps, manager }, ...{ ifExists, activate, sendEmail } };
    const steps = await runSteps(context, onboardingSteps(context, newcomer, welcome), dryRun);
    const { id: userId, activationUrl } = newcomer;
    return {
      ...told(context, { startedAt, userId, login, dryRun, steps }),
      ...{ created: known === undefined, ...(activationUrl ? { activationUrl } : {}) },
    };
  },
  sample: {
    input: {
      profile: {
        ...{ login: 'ana.ruiz@acme.test', email: 'ana.ruiz@acme.test' },
        ...{ firstName: 'Ana', lastName: 'Ruiz', department: 'Sales' },
      },
      groupIds: ['Sales EU'],
      managerId: 'bo.berg@acme.test',
    },
    output: {
      ...{ userId: '00u1abcdefghijklmnop', login: 'ana.ruiz@acme.test', dryRun: false, changed: true },
      ...{ startedAt: '2026-01-02T03:04:05.000Z', endedAt: '2026-01-02T03:04:09.000Z', created: true },
      steps: [
        {
          ...{ step: 'add_to_groups' as const, status: 'done' as const },
          changes: [{ change: 'add_to_group', id: '00g1abcdefghijklmnop' }],
        },
      ],
    },
  },
});

function taken(id: string): OktaError {
  return new OktaError(`The user ${id} has this login`, {
    code: 'already_exists',
    actor: 'caller',
    hint: 'Give another login, or set ifExists to reuse or update.',
  });
}
