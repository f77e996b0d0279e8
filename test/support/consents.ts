import type { Org } from './arrange.ts';

/** The administrator of the sandbox's seed, who lets two apps use two scopes each. */
export async function consents(org: Org) {
  await org.control('GET', '/settings');
  const me = await org.api('GET', '/api/v1/users/me');
  const grants: { id: string; clientId: string; scopeId: string }[] = await org.api(
    'GET',
    `/api/v1/users/${me.id}/grants`,
  );
  return { id: me.id as string, grants };
}
