import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { field } from '../../schema/fields.ts';
import { collect } from '../collect.ts';
import { linkedObject } from '../linked-object/resource.ts';
import { refs } from '../reference.ts';

/** Path of the users who are linked to one. */
export const LINKED_USERS = '/api/v1/users/{userId}/linkedObjects/{relationshipName}';

/** Name of a side of a linked object, as its definition has it. */
export const relationship = (description: string, example: string) =>
  refs(
    linkedObject,
    field(
      z.string().regex(/^[A-Za-z_]\w*$/, 'must consist of letters, digits and underscores'),
      'Relationship',
      description,
      example,
    ),
  );

const linked = z.object({ _links: z.object({ self: z.object({ href: z.string() }) }) });

/** The ids of the users on the other side of a relationship: Okta only links to them. */
export async function* linkedUserIds(
  context: ActionContext,
  params: { userId: string; relationshipName: string },
  limit?: number,
): AsyncGenerator<string, void, undefined> {
  const links = context.list({ method: 'GET', path: LINKED_USERS, params, answer: linked }, limit);
  for await (const { _links } of links) yield _links.self.href.split('/').at(-1) as string;
}

/** The one user on the primary side: the manager. */
export async function primaryOf(context: ActionContext, userId: string, relationshipName: string) {
  const [id] = await collect(linkedUserIds(context, { userId, relationshipName }));
  return id;
}
