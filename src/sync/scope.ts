import type { ActionContext } from '../define.ts';
import { isOktaError } from '../errors/errors.ts';
import { app } from '../resources/app/resource.ts';
import { group } from '../resources/group/resource.ts';
import type { Mapping } from './mapping/mapping.ts';

/** The ids of the groups, or of the app, whom a mapping is about; undefined: everybody. @throws OktaError `not_found` for a name. */
export async function scopeIdsOf(
  context: ActionContext,
  { scope }: Pick<Mapping, 'scope'>,
): Promise<string[] | undefined> {
  if (scope === 'all') return undefined;
  const [resource, names] = 'app' in scope ? [app, [scope.app]] : [group, scope.groups];
  const ids: string[] = [];
  for (const name of names) {
    try {
      ids.push((await resource.names?.resolve(context, name)) ?? name);
    } catch (error) {
      if (!isOktaError(error)) throw error;
      throw error.with({ message: `"${name}" in the scope of the mapping: ${error.message}` });
    }
  }
  return ids;
}
