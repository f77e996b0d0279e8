import type { ActionContext, ResourceDefinition } from '../define.ts';
import { isForbidden } from '../errors/errors.ts';
import type { ProfileAttribute } from '../schema/profile-attribute.ts';

/**
 * The attributes that an org currently defines for a resource.
 * @param type kind of the object: a user type, an app; `default` for the default one.
 * @param allKinds also return those of the other kinds, after those of `type`.
 * @returns undefined when the connection may not read schemas.
 */
export async function attributesOf(
  context: ActionContext,
  resource: ResourceDefinition,
  type: string,
  allKinds: boolean,
): Promise<ProfileAttribute[] | undefined> {
  const read = async (kind: string) =>
    (await context.attributes(resource, kind, { strict: true }))?.attributes;
  const first = await read(type);
  if (!allKinds || !first) return first;
  const others = await Promise.all((await otherKinds(context, resource)).map(read));
  const all = new Map(first.map((one) => [one.name, one]));
  for (const one of others.flatMap((some) => some ?? [])) if (!all.has(one.name)) all.set(one.name, one);
  return [...all.values()];
}

/** Empty when the connection may not read the kinds. */
async function otherKinds(context: ActionContext, { attributes }: ResourceDefinition): Promise<string[]> {
  const get = async (path: string) => (await context.call({ method: 'GET', path })).json;
  try {
    return (await attributes?.kinds?.(get)) ?? [];
  } catch (error) {
    if (isForbidden(error)) return [];
    throw error;
  }
}
