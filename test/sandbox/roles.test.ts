import { expect, it } from 'vitest';
import { newProfile, useSandbox } from './support.ts';

const client = useSandbox();

async function newUser(): Promise<{ id: string; path: string }> {
  const { id } = (await client.post('/api/v1/users', { profile: newProfile('helper') })).body;
  return { id, path: `/api/v1/users/${id}/roles` };
}

it('is given once and taken once, and the log tells what the user may do', async () => {
  const { id, path } = await newUser();
  const given = await client.post(path, { type: 'HELP_DESK_ADMIN' });
  expect(given).toMatchObject({
    status: 201,
    body: {
      id: 'JBCUYUC7IRCVGS27IFCE2SKO',
      type: 'HELP_DESK_ADMIN',
      status: 'ACTIVE',
      assignmentType: 'USER',
    },
  });
  expect(await client.post(path, { type: 'HELP_DESK_ADMIN' })).toMatchObject({
    status: 409,
    body: { errorCode: 'E0000090' },
  });
  expect((await client.post(path, { type: 'USER_ADMIN' })).body).toMatchObject({
    id: 'KVJUKUS7IFCE2SKO',
    label: 'Group Administrator',
  });
  expect((await client.get(path)).body).toHaveLength(2);
  expect((await client.get(`${path}/${given.body.id}`)).body).toEqual(given.body);
  for (const role of ['JBCUYUC7IRCVGS27IFCE2SKO', 'KVJUKUS7IFCE2SKO'])
    expect((await client.delete(`${path}/${role}`)).status).toBe(204);
  expect((await client.delete(`${path}/KVJUKUS7IFCE2SKO`)).body.errorCode).toBe('E0000007');

  const grants = await client.events('user.account.privilege.grant');
  expect(grants.map((event) => event.debugContext.debugData.privilegeGranted)).toEqual([
    'Help Desk Administrator',
    'Help Desk Administrator, Group Administrator',
    'Group Administrator',
  ]);
  expect(grants[0]).toMatchObject({ actor: { id: client.sandbox.admin.id }, target: [{ id, type: 'User' }] });
  const revoked = await client.events('user.account.privilege.revoke');
  expect(revoked).toEqual([expect.objectContaining({ target: [expect.objectContaining({ id })] })]);
});

it('is of a known type, has a random id for super administrators, and goes with the user', async () => {
  const { id, path } = await newUser();
  expect(await client.post(path, { type: 'KING' })).toMatchObject({
    status: 400,
    body: { errorCode: 'E0000091' },
  });
  expect((await client.post(path, { type: 'SUPER_ADMIN' })).body.id).toMatch(/^ra1/);
  await client.post(`/api/v1/users/${id}/lifecycle/deactivate`);
  expect((await client.get(path)).body).toEqual([]);
  expect(await client.events('user.account.privilege.revoke')).toHaveLength(1);
});

it('of the administrator stays', async () => {
  const path = `/api/v1/users/${client.sandbox.admin.id}/roles`;
  const [own] = (await client.get(path)).body;
  expect(own.type).toBe('SUPER_ADMIN');
  expect((await client.delete(`${path}/${own.id}`)).status).toBe(403);
  expect((await client.post(path, { type: 'SUPER_ADMIN' })).status).toBe(409);
});
