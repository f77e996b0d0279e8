import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { acknowledged } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { LINKED_USERS, primaryOf, relationship } from '../../resources/user/links.ts';
import { userIdOf, userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { userChange } from '../../resources/user/status.ts';
import { field } from '../../schema/fields.ts';

export const assignLinkedUser = defineAction({
  key: 'assign_linked_user',
  resource: user,
  noun: 'linked user',
  title: 'Assign linked user',
  description:
    'Gives a user a manager, or whatever the relationship means. A user has only one: the new link replaces the old one, and the output says whom.',
  docsUrl: docsOf('UserLinkedObject', 'assignLinkedObjectValueForPrimary'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({
    userId: ref(user),
    primaryRelationshipName: relationship('Name of the primary side of a linked object.', 'manager'),
    primaryUserId: ref(user, {
      title: 'Linked user',
      description: 'Id, login or short name of the user on the primary side: the manager.',
      example: '00u2abcdefghijklmnop',
    }),
  }),
  output: userChange.extend({
    primaryUserId: field(z.string(), 'Linked user ID', 'Who is linked now.', '00u2abcdefghijklmnop'),
    previousPrimaryUserId: field(
      z.string().optional(),
      'Previous user ID',
      'Who was linked before, if it was someone else.',
      '00u3abcdefghijklmnop',
    ),
  }),
  calls: [
    `GET ${LINKED_USERS}`,
    'PUT /api/v1/users/{userId}/linkedObjects/{primaryRelationshipName}/{primaryUserId}',
  ],
  async run(context, { userId: reference, primaryRelationshipName, primaryUserId: primary }) {
    const userId = await userRef(context, reference);
    const primaryUserId = await userIdOf(context, primary);
    const before = await primaryOf(context, userId, primaryRelationshipName);
    if (before === primaryUserId) return { userId: reference, primaryUserId, changed: false };
    await context.call({
      method: 'PUT',
      path: '/api/v1/users/{userId}/linkedObjects/{primaryRelationshipName}/{primaryUserId}',
      params: { userId, primaryRelationshipName, primaryUserId },
      answer: acknowledged,
    });
    return { userId: reference, primaryUserId, previousPrimaryUserId: before, changed: true };
  },
  sample: {
    input: {
      userId: 'ana.ruiz@acme.test',
      primaryRelationshipName: 'manager',
      primaryUserId: 'bo.berg@acme.test',
    },
    output: { userId: 'ana.ruiz@acme.test', primaryUserId: '00u2abcdefghijklmnop', changed: true },
  },
});
