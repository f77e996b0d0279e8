import type { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { needsOf } from '../answers.ts';
import { idByName } from '../by-name.ts';
import { expression } from '../expression.ts';
import { groupSchema } from './schema.ts';

const path = '/api/v1/groups';

/** search lags by seconds; q reads live data, but matches prefixes and returns a single page. */
const queries = (name: string) => [
  { search: expression({ attribute: 'profile.name', operator: 'eq', value: name }), limit: 20 },
  { q: name, limit: 300 },
];

const nameOf = ({ profile }: Record<string, unknown>) =>
  (profile as { name?: unknown } | null | undefined)?.name;

/**
 * The id of a group, looked up by its exact name unless the reference is an id.
 * @throws OktaError `not_found` when no group has the name; InputError when several have it.
 */
export const groupIdOf = (context: ActionContext, reference: string): Promise<string> =>
  idByName(context, reference, { what: 'group', by: 'exact name', path, prefix: '00g', queries, nameOf });

/** The groups that have exactly this name: Okta lets several have the same. */
export async function groupsNamed(context: ActionContext, name: string) {
  const found: z.output<typeof groupSchema>[] = [];
  for (const query of queries(name)) {
    for await (const one of context.list({ method: 'GET', path, query, answer: needsOf(groupSchema) }))
      if (nameOf(one) === name) found.push(one);
    if (found.length > 0) break;
  }
  return found;
}
