import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { acknowledged } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { LINKED_USERS, primaryOf, relationship } from '../../resources/user/links.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { userChange } from '../../resources/user/status.ts';
import { field } from '../../schema/fields.ts';

export const unassignLinkedUser = defineAction({
  key: 'unassign_linked_user',
  resource: user,
  noun: 'linked user',
  title: 'Unassign linked user',
  description: 'Removes the link from a user to the manager, or whatever the relationship means.',
  docsUrl: docsOf('UserLinkedObject', 'deleteLinkedObjectForUser'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({
    userId: ref(user),
    relationshipName: relationship('Name of the primary side of a linked object.', 'manager'),
  }),
  output: userChange.extend({
    previousPrimaryUserId: field(
      z.string().optional(),
      'Previous user ID',
      'Who was linked before.',
      '00u2abcdefghijklmnop',
    ),
  }),
  calls: [`GET ${LINKED_USERS}`, `DELETE ${LINKED_USERS}`],
  async run(context, { userId: reference, relationshipName }) {
    const params = { userId: await userRef(context, reference), relationshipName };
    const before = await primaryOf(context, params.userId, relationshipName);
    if (before === undefined) return { userId: reference, changed: false };
    await context.call({ method: 'DELETE', path: LINKED_USERS, params, answer: acknowledged });
    return { userId: reference, previousPrimaryUserId: before, changed: true };
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', relationshipName: 'manager' },
    output: { userId: 'ana.ruiz@acme.test', previousPrimaryUserId: '00u2abcdefghijklmnop', changed: true },
  },
});
