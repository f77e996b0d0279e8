import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { expression } from '../expression.ts';
import { noSuch } from '../reference.ts';

// 00g, then letters and digits. A name like 00group has neither digit nor capital after the prefix.
const GROUP_ID = /^00g(?=[a-z]*[0-9A-Z])[A-Za-z0-9]+$/;

const foundGroup = z.object({ id: z.string(), profile: z.object({ name: z.string().nullish() }).nullish() });

/**
 * The id of a group, looked up by its exact name unless the reference is an id.
 * @throws OktaError `not_found` when no group has the name; InputError when several have it.
 */
export async function groupIdOf(context: ActionContext, reference: string): Promise<string> {
  if (GROUP_ID.test(reference)) return reference;
  const key = `group ${reference}`;
  const known = context.lookups?.get(key);
  if (known) return known;
  const found = groupIdByName(context, reference);
  context.lookups?.set(key, found);
  // Do not cache failures: the group may be created, or Okta be back, a moment later.
  found.catch(() => context.lookups?.delete(key));
  return found;
}

async function groupIdByName(context: ActionContext, reference: string): Promise<string> {
  const path = '/api/v1/groups';
  const search = expression({ attribute: 'profile.name', operator: 'eq', value: reference });
  // search lags by seconds; q reads live data, but matches prefixes and returns a single page.
  for (const query of [
    { search, limit: 20 },
    { q: reference, limit: 300 },
  ]) {
    const exact: z.output<typeof foundGroup>[] = [];
    for await (const found of context.list({ method: 'GET', path, query, answer: foundGroup }, query.limit)) {
      if (found.profile?.name === reference) exact.push(found);
    }
    if (exact.length > 1) {
      throw new InputError(
        `${exact.length} groups have this name: ${exact.map((one) => one.id).join(', ')}`,
        {
          hint: 'Use the id of the one you mean as groupId.',
        },
      );
    }
    if (exact[0]) return exact[0].id;
  }
  throw noSuch('group', 'exact name', path);
}
