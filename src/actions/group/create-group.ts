import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { OktaError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupsNamed } from '../../resources/group/reference.ts';
import { group } from '../../resources/group/resource.ts';
import {
  groupSample,
  groupSchema,
  newGroupProfileInput,
  withoutNulls,
} from '../../resources/group/schema.ts';
import { assertProfile } from '../../resources/profile-schema.ts';
import { attributes } from '../../resources/reference.ts';
import { changed, field } from '../../schema/fields.ts';

const path = '/api/v1/groups';

export const createGroup = defineAction({
  key: 'create_group',
  resource: group,
  title: 'Create group',
  description:
    'Creates a group. Okta lets several groups have the same name, so the name is looked up first: see ifExists.',
  docsUrl: docsOf('Group', 'addGroup'),
  scopes: ['okta.groups.manage', 'okta.groups.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  finder: { find: 'find_groups_by_name', by: { 'profile.name': 'name' }, with: { match: 'equals' } },
  input: z.strictObject({
    profile: attributes(group, newGroupProfileInput),
    ifExists: field(
      z.enum(['fail', 'reuse', 'create']).default('fail'),
      'If the name exists',
      'fail: stop with the id of the group that has the name; reuse: return that group unchanged; create: create another one.',
      'reuse',
    ),
  }),
  output: groupSchema.extend({ changed }),
  calls: ['GET /api/v1/groups', 'POST /api/v1/groups'],
  async run(context, { profile, ifExists }) {
    await assertProfile(await context.attributes(group), profile, { complete: true });
    const known = ifExists === 'create' ? [] : await groupsNamed(context, profile.name);
    const [first, ...more] = known;
    if (first?.type === 'OKTA_GROUP' && more.length === 0 && ifExists === 'reuse')
      return { ...first, changed: false };
    if (first) throw taken(known);
    const answer = needsOf(groupSchema);
    const body = { profile: withoutNulls(profile) };
    const { json } = await context.call({ method: 'POST', path, body, answer });
    return { ...json, changed: true };
  },
  sample: {
    input: { profile: { name: 'Sales EU', description: 'Sellers in Europe' } },
    output: { ...groupSample, changed: true },
  },
});

function taken(groups: { id: string; type?: string }[]): OktaError {
  const which = groups.map(({ id, type }) => `${id} (${type})`).join(', ');
  return new OktaError(`A group with this name exists already: ${which}`, {
    code: 'already_exists',
    actor: 'caller',
    hint: 'Use its id, or set ifExists to reuse (for one OKTA_GROUP) or create (another group with the same name).',
    request: { method: 'GET', pathTemplate: path },
  });
}
