import type { ActionContext } from '../../define.ts';
import { idByName } from '../by-name.ts';
import { expression } from '../expression.ts';

/**
 * The id of a group, looked up by its exact name unless the reference is an id.
 * @throws OktaError `not_found` when no group has the name; InputError when several have it.
 */
export const groupIdOf = (context: ActionContext, reference: string): Promise<string> =>
  idByName(context, reference, {
    ...{ what: 'group', by: 'exact name', path: '/api/v1/groups', prefix: '00g' },
    // search lags by seconds; q reads live data, but matches prefixes and returns a single page.
    queries: (name) => [
      { search: expression({ attribute: 'profile.name', operator: 'eq', value: name }), limit: 20 },
      { q: name, limit: 300 },
    ],
    nameOf: ({ profile }) => (profile as { name?: unknown } | null | undefined)?.name,
  });
