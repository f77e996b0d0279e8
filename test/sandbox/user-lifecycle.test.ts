import { describe, expect, it } from 'vitest';
import { query, useSandbox } from './support.ts';

const client = useSandbox();

const statuses = [
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
];

/** For each operation the status that each beginning leads to, or the error that it meets. */
const table: Record<string, Record<string, string>> = {
  activate: {
    STAGED: 'PROVISIONED',
    PROVISIONED: 'E0000016',
    ACTIVE: 'E0000016',
    RECOVERY: 'E0000016',
    PASSWORD_EXPIRED: 'E0000016',
    LOCKED_OUT: 'E0000038',
    SUSPENDED: 'E0000038',
    DEPROVISIONED: 'ACTIVE',
  },
  reactivate: { PROVISIONED: 'PROVISIONED', RECOVERY: 'RECOVERY', rest: 'E0000038' },
  deactivate: { DEPROVISIONED: 'E0000038', rest: 'DEPROVISIONED' },
  suspend: { ACTIVE: 'SUSPENDED', rest: 'E0000001' },
  unsuspend: { SUSPENDED: 'ACTIVE', rest: 'E0000001' },
  unlock: { LOCKED_OUT: 'ACTIVE', rest: 'E0000032' },
  expire_password: { ACTIVE: 'PASSWORD_EXPIRED', PASSWORD_EXPIRED: 'PASSWORD_EXPIRED', rest: 'E0000038' },
  expire_password_with_temp_password: {
    ACTIVE: 'PASSWORD_EXPIRED',
    PASSWORD_EXPIRED: 'PASSWORD_EXPIRED',
    rest: 'E0000038',
  },
  'reset_password?sendEmail=true': {
    STAGED: 'E0000038',
    SUSPENDED: 'E0000038',
    DEPROVISIONED: 'E0000038',
    rest: 'RECOVERY',
  },
  reset_factors: { DEPROVISIONED: 'E0000038', rest: 'same' },
};

const cases = Object.entries(table).flatMap(([operation, outcomes]) =>
  statuses.map((status) => [operation, status, outcomes[status] ?? (outcomes.rest as string)] as const),
);

async function idOf(status: string): Promise<string> {
  const { body } = await client.get(`/api/v1/users${query({ filter: `status eq "${status}"` })}`);
  return body.at(-1).id;
}

describe('the state machine', () => {
  it.each(cases)('%s from %s: %s', async (operation, status, outcome) => {
    const id = await idOf(status);
    const answer = await client.post(`/api/v1/users/${id}/lifecycle/${operation}`);
    const after = (await client.get(`/api/v1/users/${id}`)).body.status;
    if (outcome.startsWith('E0')) {
      expect(answer.body.errorCode).toBe(outcome);
      expect(answer.status).toBe(outcome === 'E0000001' ? 400 : 403);
      expect(after).toBe(status);
    } else {
      expect(answer.status).toBe(200);
      expect(after).toBe(outcome === 'same' ? status : outcome);
    }
  });
});

describe('what the operations answer', () => {
  it('an activation link only when no e-mail goes out', async () => {
    const staged = await idOf('STAGED');
    const { body } = await client.post(`/api/v1/users/${staged}/lifecycle/activate?sendEmail=false`);
    expect(body.activationUrl).toBe(`${client.sandbox.orgUrl}/tokens/${body.activationToken}/verify`);
    const again = await client.post(`/api/v1/users/${staged}/lifecycle/reactivate`);
    expect(again.body.activationToken).not.toBe(body.activationToken);
    expect((await client.post(`/api/v1/users/${staged}/lifecycle/reactivate?sendEmail=true`)).body).toEqual(
      {},
    );
  });

  it('the user for expire_password, a working temporary password for its sibling', async () => {
    const id = await idOf('ACTIVE');
    expect((await client.post(`/api/v1/users/${id}/lifecycle/expire_password`)).body).toMatchObject({ id });
    const { body } = await client.post(`/api/v1/users/${id}/lifecycle/expire_password_with_temp_password`);
    const changed = await client.post(`/api/v1/users/${id}/credentials/change_password`, {
      oldPassword: { value: body.tempPassword },
      newPassword: { value: 'Brand-new-1' },
    });
    expect(changed.status).toBe(200);
  });

  it('a missing parameter for reset_password without sendEmail', async () => {
    const id = await idOf('ACTIVE');
    const missing = await client.post(`/api/v1/users/${id}/lifecycle/reset_password`);
    expect(missing).toMatchObject({ status: 400, body: { errorCode: 'E0000028' } });
    const link = await client.post(`/api/v1/users/${id}/lifecycle/reset_password?sendEmail=false`);
    expect(link.body.resetPasswordUrl).toMatch(/^http.*\/reset_password\//);
  });
});

describe('a deactivation', () => {
  it('asked for asynchronously ends after a while of the org time', async () => {
    const id = await idOf('ACTIVE');
    const asked = await client.post(`/api/v1/users/${id}/lifecycle/deactivate`, undefined, {
      prefer: 'respond-async',
    });
    expect(asked).toMatchObject({ status: 200, body: {} });
    const under = await client.get(`/api/v1/users/${id}`);
    expect(under.body).toMatchObject({ status: 'ACTIVE', transitioningToStatus: 'DEPROVISIONED' });
    await client.control('POST', '/clock', { advanceMs: 2000 });
    const done = (await client.get(`/api/v1/users/${id}`)).body;
    expect(done.status).toBe('DEPROVISIONED');
    expect(done).not.toHaveProperty('transitioningToStatus');
    expect(await client.events('user.lifecycle.deactivate')).toHaveLength(1);
  });

  it('takes app assignments away for good and leaves groups alone', async () => {
    const app = (await client.get('/api/v1/apps?q=Acme')).body[0].id;
    const id = await idOf('ACTIVE');
    await client.post(`/api/v1/apps/${app}/users`, { id });
    const groups = (await client.get(`/api/v1/users/${id}/groups`)).body.length;
    await client.post(`/api/v1/users/${id}/lifecycle/deactivate`);
    await client.post(`/api/v1/users/${id}/lifecycle/activate`);
    expect((await client.get(`/api/v1/apps/${app}/users/${id}`)).status).toBe(404);
    const taken = (await client.events('application.user_membership.remove')).filter((event) =>
      event.target.some((target: { id: string }) => target.id === app),
    );
    expect(taken.map(({ target }) => target.map(({ type }: { type: string }) => type))).toEqual([
      ['AppUser', 'AppInstance', 'User'],
    ]);
    expect((await client.get(`/api/v1/users/${id}/groups`)).body).toHaveLength(groups);
  });
});

it('writes the event that Okta would write', async () => {
  const id = await idOf('ACTIVE');
  await client.post(`/api/v1/users/${id}/lifecycle/suspend`, undefined, { 'user-agent': 'tester/1' });
  const [event] = await client.events('user.lifecycle.suspend');
  expect(event).toMatchObject({
    eventType: 'user.lifecycle.suspend',
    severity: 'INFO',
    outcome: { result: 'SUCCESS' },
    actor: { id: client.sandbox.admin.id, type: 'User', alternateId: client.sandbox.admin.login },
    client: { ipAddress: '127.0.0.1', userAgent: { rawUserAgent: 'tester/1' } },
    target: [{ id, type: 'User' }],
    debugContext: { debugData: { requestUri: `/api/v1/users/${id}/lifecycle/suspend` } },
  });
  expect(event.transaction.id).toBe(event.debugContext.debugData.requestId);
});
