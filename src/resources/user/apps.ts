import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { identified } from '../answers.ts';
import { expression } from '../expression.ts';

const assigned = identified.extend({
  label: z.string(),
  _embedded: z.object({ user: z.object({ scope: z.string().optional() }) }).optional(),
});

/** The apps that are assigned to a user directly; assignments through groups come and go with the membership. */
export async function* ownApps(context: ActionContext, userId: string) {
  const filter = expression({ attribute: 'user.id', operator: 'eq', value: userId });
  const query = { filter, expand: `user/${userId}`, limit: 200 };
  for await (const one of context.list({ method: 'GET', path: '/api/v1/apps', query, answer: assigned }))
    if (one._embedded?.user.scope !== 'GROUP') yield one;
}
