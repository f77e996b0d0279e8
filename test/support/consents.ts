import type { Org } from './arrange.ts';

/** A user who lets two apps of the sandbox's seed use two scopes each; the second one has a refresh token. */
export async function consents(org: Org) {
  const user = await org.user('ana');
  const end = user.id.slice(6);
  const clients = ['0oaSandboxWeb1Sb5d70', '0oaSandboxNat1Sb5d70'];
  const grants = clients.flatMap((clientId, n) =>
    ['okta.groups.read', 'okta.users.read'].map((scopeId, m) => ({
      id: `oag${n}${m}x${end}`,
      clientId,
      scopeId,
    })),
  );
  for (const { id, ...body } of grants)
    await org.control('PUT', '/objects', { path: `/api/v1/users/${user.id}/grants/${id}`, body });
  const path = `/api/v1/apps/${clients[1]}/tokens/oar00x${end}`;
  const token = { status: 'ACTIVE', clientId: clients[1], userId: user.id, scopes: ['offline_access'] };
  await org.control('PUT', '/objects', { path, body: token });
  return { ...user, grants };
}
