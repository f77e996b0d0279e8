import { describe, expect, it } from 'vitest';
import type { CheckedConnection } from '../../src/auth/connection.ts';
import { connector } from '../../src/connector.ts';
import type { ActionContext, ApiCall } from '../../src/define.ts';
import { NetworkError, OktaError } from '../../src/errors/errors.ts';
import { checkConnection } from '../../src/session/check.ts';
import type { Session } from '../../src/session/session.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { answer, scripted } from '../support/server.ts';

const ORG = answer(200, { body: { id: '00o1', pipeline: 'idx' } });
const CONNECTION: CheckedConnection = {
  orgUrl: 'https://acme.okta.com',
  corrections: [],
  auth: {
    type: 'client_credentials',
    clientId: '0oa1',
    privateKey: 'key',
    scopes: ['okta.users.manage'],
    dpop: 'auto',
  },
};

async function check(
  answers: Parameters<typeof scripted>,
  { granted = 'okta.users.manage', paths = {} }: { granted?: string; paths?: Record<string, unknown> } = {},
) {
  const { send, requests } = scripted(...answers);
  const clock = { ...fakeClock(), sleep: async () => {} };
  const calls: ApiCall[] = [];
  const signal = new AbortController().signal;
  const signals: (AbortSignal | undefined)[] = [];
  const context = {
    clock,
    signal,
    async call(call: ApiCall) {
      calls.push(call);
      const body = paths[call.path];
      if (body === undefined) throw new OktaError('no', { code: 'permission_denied', actor: 'admin' });
      return answer(200, { body });
    },
  } as unknown as ActionContext;
  const source = {
    async get(given?: AbortSignal) {
      signals.push(given);
      return { accessToken: 'a', tokenType: 'DPoP' as const, expiresAt: 0, scope: granted };
    },
    drop() {},
  };
  const session = { connection: CONNECTION, reading: () => context, send, source } as unknown as Session;
  const report = await checkConnection(session, connector, {});
  return { report, requests, calls: calls.map(({ path }) => path), signals, signal };
}

describe('who answers at the org URL', () => {
  it.each([
    ['a 503', answer(503)],
    ['a 429', answer(429)],
    ['a reset', new NetworkError('reset', { sent: true })],
  ])('%s that passes changes nothing', async (_, fault) => {
    const { report, requests } = await check([fault, ORG], { paths: { '/api/v1/users': [] } });
    expect(report).toMatchObject({ ok: true, problems: [], org: { id: '00o1' } });
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['a 503', answer(503), 'okta_unavailable'],
    ['a 429', answer(429), 'rate_limited'],
    ['a reset', new NetworkError('reset', { sent: true }), 'network_error'],
  ])('%s that stays is told as what it is', async (_, fault, code) => {
    const { report, calls } = await check([fault]);
    expect(report).toMatchObject({ ok: false, problems: [{ code, actor: 'okta', retryable: true }] });
    expect(report.org).toBeUndefined();
    expect(calls).toEqual([]);
  });

  it.each([
    ['HTML', answer(200, { text: '<h1>', headers: { 'content-type': 'text/html' } })],
    ['other JSON', answer(200, { body: {} })],
    ['a 404', answer(404)],
    ['a redirect', answer(302, { headers: { location: 'https://www.acme.example/' } })],
  ])('%s is no Okta org', async (name, other) => {
    const { report, requests, signals } = await check([other]);
    expect(report.problems).toMatchObject([
      {
        code: 'invalid_connection',
        actor: 'caller',
        retryable: false,
        message: expect.stringContaining('not like an Okta org'),
      },
    ]);
    if (name === 'a redirect') expect(report.problems[0]?.message).toContain('www.acme.example');
    expect(requests).toHaveLength(1);
    expect(signals).toEqual([]);
  });
});

describe('a service app', () => {
  it('is probed with a scope to manage', async () => {
    const { report, calls } = await check([ORG]);
    expect(calls[0]).toBe('/api/v1/users');
    expect(report).toMatchObject({ ok: false, problems: [{ code: 'permission_denied', actor: 'admin' }] });
  });

  it('has roles, where they can be read', async () => {
    const { report } = await check([ORG], {
      granted: 'okta.users.manage okta.roles.read',
      paths: {
        '/api/v1/users': [],
        '/oauth2/v1/clients/{clientId}/roles': [{ type: 'READ_ONLY_ADMIN' }],
      },
    });
    expect(report.principal).toEqual({ type: 'service_app', id: '0oa1', roles: ['READ_ONLY_ADMIN'] });
    expect(report.actions.find(({ key }) => key === 'suspend_user')).toMatchObject({
      can: false,
      reason: expect.stringContaining('READ_ONLY_ADMIN'),
    });
    // With some inputs it only reads.
    expect(report.actions.find(({ key }) => key === 'call_api')).toMatchObject({ can: true });
  });

  it('without roles, or without the right to read them, is not judged by them', async () => {
    const paths = { '/api/v1/users': [] };
    const refused = await check([ORG], { granted: 'okta.users.manage okta.roles.read', paths });
    expect(refused.report).toMatchObject({ ok: true, principal: { roles: undefined } });
    const { calls } = await check([ORG], { paths });
    expect(calls).not.toContain('/oauth2/v1/clients/{clientId}/roles');
  });

  it('waits for its token only as long as the signal lets it', async () => {
    const { signals, signal } = await check([ORG]);
    expect(signals).toEqual([signal]);
  });
});
