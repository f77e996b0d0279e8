import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { scimState } from '../../resources/scim/fields.ts';
import { SCIM_DOCS, scimDirectory } from '../../resources/scim/resource.ts';
import { field } from '../../schema/fields.ts';
import { inScimDirectory, type ScimDirectory, type ScimResource } from '../../scim/beside/directory.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const count = (title: string, description: string) => field(z.int(), title, description, 1);
const record = z.looseObject({ userName: z.string().min(1), externalId: z.string().optional() });

/** Creates or changes one person. */
async function put(directory: ScimDirectory, one: z.output<typeof record>) {
  const { externalId, userName } = one;
  // Somebody with another userName was renamed.
  const known =
    (externalId && (await directory.userBy('externalId', externalId))) ||
    (await directory.userBy('userName', userName));
  if (!known) {
    await directory.send('POST', '/Users', { schemas: [USER], ...one });
    return 'created';
  }
  const after = await directory.send<ScimResource>('PATCH', `/Users/${known.id}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', value: one }],
  });
  return after.meta.version === known.meta.version ? 'unchanged' : 'updated';
}

export const importScimUsers = defineAction({
  key: 'import_scim_users',
  resource: scimDirectory,
  noun: 'SCIM user',
  title: 'Put users into SCIM directory',
  description:
    "Puts people into the SCIM directory, so that Okta's import (Import Now, or its schedule) finds them: for a workflow whose system is the source, such as HR. A person who is there, by externalId or userName, is changed; what a record does not mention stays. The triggers do not fire.",
  docsUrl: SCIM_DOCS,
  scopes: [],
  offline: true,
  effect: { kind: 'write', idempotent: true, destructive: false },
  elsewhere: ['state', 'users'],
  input: z.strictObject({
    state: scimState,
    users: field(
      z.array(record).min(1).max(1_000),
      'Users',
      'Records as SCIM has them: userName, name, emails, active, the enterprise extension. At most 1,000 at once.',
      [
        {
          userName: 'bo.lind@acme.test',
          name: { givenName: 'Bo', familyName: 'Lind' },
          emails: [{ value: 'bo.lind@acme.test', type: 'work', primary: true }],
        },
      ],
    ),
  }),
  output: z.object({
    created: count('Created', 'People who are new.'),
    updated: count('Updated', 'People who were changed.'),
    unchanged: count('Unchanged', 'People who were so already.'),
    refused: field(
      z.array(z.object({ userName: z.string(), message: z.string() })),
      'Refused',
      'Records that the directory refused, and why; the others are in it.',
      [{ userName: 'cy.moe@acme.test', message: 'Another user has this externalId already' }],
    ),
  }),
  calls: [],
  run: (context, { state, users }) =>
    inScimDirectory(state, async (directory) => {
      const done = { created: 0, updated: 0, unchanged: 0 };
      const refused: { userName: string; message: string }[] = [];
      await context.announce({ method: 'POST', path: '/scim/v2/Users' });
      for (const one of users) {
        context.signal?.throwIfAborted();
        try {
          done[await put(directory, one)] += 1;
        } catch (error) {
          if (!isOktaError(error) || error.retryable) throw error;
          refused.push({ userName: one.userName, message: error.message });
        }
      }
      return { ...done, refused };
    }),
  sample: {
    input: { state: 'people.db', users: [{ userName: 'bo.lind@acme.test', active: true }] },
    output: { created: 1, updated: 0, unchanged: 0, refused: [] },
  },
});
