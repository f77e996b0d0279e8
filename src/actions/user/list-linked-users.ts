import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { LINKED_USERS, linkedUserIds, relationship } from '../../resources/user/links.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field, limit } from '../../schema/fields.ts';

export const listLinkedUsers = defineAction({
  key: 'list_linked_users',
  resource: user,
  noun: 'linked user',
  title: 'List linked users',
  description:
    'Lists who is linked to a user: the manager, or the subordinates, depending on the relationship.',
  docsUrl: docsOf('UserLinkedObject', 'listLinkedObjectsForUser'),
  scopes: ['okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    userId: ref(user),
    relationshipName: relationship(
      'Name of the wanted side of a linked object: the primary one gives one user, the associated one several.',
      'subordinate',
    ),
    limit,
  }),
  output: z.array(
    z.looseObject({ id: field(z.string(), 'User ID', 'Id of the linked user.', '00u2abcdefghijklmnop') }),
  ),
  calls: [`GET ${LINKED_USERS}`],
  async *stream(context, { userId, relationshipName, limit }) {
    const params = { userId: await userRef(context, userId), relationshipName };
    for await (const id of linkedUserIds(context, params, limit)) yield { id };
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', relationshipName: 'subordinate' },
    output: [{ id: '00u2abcdefghijklmnop' }],
  },
});
