import type { ActionContext } from '../../define.ts';
import { assertProfile } from '../profile-schema.ts';
import { user } from './resource.ts';
import { type UserObject, writeUser } from './write.ts';

/** The wanted attributes that a user does not have; an attribute without a value is null or left out. */
export function differing(
  { profile }: UserObject,
  wanted: Record<string, unknown>,
): Record<string, unknown> | undefined {
  const has: Record<string, unknown> = profile;
  const all = Object.entries(wanted).filter(
    ([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(has[name] ?? null),
  );
  return all.length > 0 ? Object.fromEntries(all) : undefined;
}

/** Gives a user some attributes; the others are kept. @throws InputError for an attribute that the org does not have. */
export async function revise(
  context: ActionContext,
  known: UserObject,
  profile: Record<string, unknown>,
): Promise<UserObject> {
  await assertProfile(await context.attributes(user, known.type?.id), profile, { complete: false });
  const call = { path: '/api/v1/users/{userId}', params: { userId: known.id }, body: { profile } };
  return writeUser(context, { method: 'POST', ...call });
}
