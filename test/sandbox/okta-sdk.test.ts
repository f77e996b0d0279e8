import okta from '@okta/okta-sdk-nodejs';
import { beforeAll, describe, expect, it } from 'vitest';
import { newProfile, useSandbox } from './support.ts';

const client = useSandbox();

type Sdk = InstanceType<typeof okta.Client>;

async function collect<T>(
  collection: Promise<{ each(visit: (item: T | null) => void): Promise<unknown> }>,
): Promise<T[]> {
  const items: T[] = [];
  await (await collection).each((item) => {
    if (item) items.push(item);
  });
  return items;
}

describe.each(['SSWS', 'PrivateKey'])('the official SDK with %s', (authorizationMode) => {
  let sdk: Sdk;

  beforeAll(() => {
    const { orgUrl, apiToken, serviceApp } = client.sandbox;
    const key = { clientId: serviceApp.clientId, privateKey: serviceApp.privateKey, keyId: serviceApp.keyId };
    const scopes = [
      'okta.users.manage',
      'okta.users.read',
      'okta.groups.manage',
      'okta.groups.read',
      'okta.logs.read',
    ];
    const credential =
      authorizationMode === 'SSWS' ? { token: apiToken } : { authorizationMode, scopes, ...key };
    const configuration: object = { orgUrl, testing: { disableHttpsCheck: true }, ...credential };
    sdk = new okta.Client(configuration);
  });

  it('lives through the life of a user', async () => {
    const profile = newProfile(`sdk-${authorizationMode}`);
    const credentials = { password: { value: 'Sdk-pass-12' } };
    const user = await sdk.userApi.createUser({ body: { profile, credentials } });
    const userId = user.id as string;
    expect(user.status).toBe('ACTIVE');

    await sdk.userApi.updateUser({ userId, user: { profile: { nickName: 'Sdk' } } });
    const updated = await sdk.userApi.getUser({ userId });
    expect(updated.profile).toMatchObject({ nickName: 'Sdk', login: profile.login });

    await sdk.userApi.suspendUser({ userId });
    expect((await sdk.userApi.getUser({ userId })).status).toBe('SUSPENDED');
    await sdk.userApi.unsuspendUser({ userId });

    const group = await sdk.groupApi.createGroup({
      group: { profile: { name: `Made by ${authorizationMode}` } },
    });
    const groupId = group.id as string;
    await sdk.groupApi.assignUserToGroup({ groupId, userId });
    const members = await collect(sdk.groupApi.listGroupUsers({ groupId }));
    expect(members.map(({ id }) => id)).toEqual([userId]);
    await sdk.groupApi.deleteGroup({ groupId });

    await sdk.userApi.deactivateUser({ userId });
    await sdk.userApi.deleteUser({ userId });
    await expect(sdk.userApi.getUser({ userId })).rejects.toThrow(/E0000007|Not found/);
  });

  it('reads lists over several pages', async () => {
    const everybody = await collect(sdk.userApi.listUsers({ limit: 15 }));
    expect(everybody).toHaveLength((await client.get('/api/v1/users')).body.length);
    const found = await collect(sdk.userApi.listUsers({ search: 'status eq "SUSPENDED"', limit: 1 }));
    expect(found).toHaveLength(2);
    const { requests } = (await client.control('GET', '/requests?path=/users$')).body;
    const asked = requests.filter((request: { status: number }) => request.status === 200);
    expect(asked.filter((request: { query: string }) => request.query.includes('limit=15'))).toHaveLength(2);
    const scheme = authorizationMode === 'SSWS' ? 'SSWS' : 'DPoP';
    expect(asked.filter((request: { auth: string }) => request.auth === scheme).length).toBeGreaterThan(3);
  });
});
