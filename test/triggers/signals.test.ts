import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { connect } from '../../src/connect.ts';
import { connector } from '../../src/connector.ts';
import { isOktaError } from '../../src/errors/errors.ts';
import type { ConnectOptions } from '../../src/session/options.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import type { SignalItem } from '../../src/triggers/sources/signal/signal-item.ts';
import type { Webhook } from '../../src/triggers/webhook.ts';
import { newProfile } from '../sandbox/support.ts';
import { jumpClock, until, useOrg, useServer } from './support.ts';

const org = useOrg();
const mount = useServer();
const HOOKS = ['okta.eventHooks.manage', 'okta.eventHooks.read'];
const SESSION = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';
const CREDENTIAL = 'https://schemas.openid.net/secevent/caep/event-type/credential-change';

let client: Client;
let state: StateStore;
let open: Webhook[];
let got: SignalItem[];
let told: string[];

function withApp(
  scopes = ['ssf.manage', 'ssf.read', 'okta.users.read', 'okta.logs.read', ...HOOKS],
  options: ConnectOptions = {},
) {
  const { clientId, privateKey, keyId } = org.sandbox.serviceApp;
  const auth = { type: 'client_credentials' as const, clientId, privateKey, keyId, scopes };
  const notice = (message: string) => told.push(message);
  return connect({ orgUrl: org.sandbox.orgUrl, auth }, { notice, ...options });
}

beforeEach(() => {
  [told, open, got] = [[], [], []];
  client = withApp();
  state = memoryStateStore();
});
afterEach(async () => {
  await org.control('DELETE', '/faults');
  for (const webhook of open) await webhook.stop().catch(() => {});
  client.close();
});

async function receive(by = client, store = state) {
  const webhook = await by.webhook({ publicUrl: mount.url, state: store, reconcileMs: 30 });
  mount.fetch = webhook.fetch;
  open.push(webhook);
  return webhook;
}
const signals = (webhook: Webhook, input: object = {}) =>
  webhook.subscribe({
    key: 'signal_received',
    input,
    deliver: (item) => {
      got.push(item as unknown as SignalItem);
    },
  });
const listening = async (input: object = {}) => {
  const webhook = await receive();
  await signals(webhook, input);
  return webhook;
};

interface Sent {
  status: string;
  events: string[];
  answers: (number | string)[];
}
const flush = async (): Promise<Sent[]> => (await org.control('POST', '/signals/flush')).body.transmissions;
/** Lets the org send a token, and says how it was answered. */
async function send(token: object): Promise<Sent> {
  await org.control('POST', '/signals/send', token);
  return (await flush()).at(-1) as Sent;
}
const subject = (sub = '00uSomebody1Sb5d7000') => ({ format: 'iss_sub', iss: org.sandbox.orgUrl, sub });
const event = (more: object = {}) => ({ [CREDENTIAL]: { subject: subject(), ...more } });
const stored = async () =>
  JSON.parse((await state.get(`webhook@${new URL(org.sandbox.orgUrl).host}`)) ?? '{}').value;
/** Asks as the connector's client. */
const asClient = async (method: 'GET' | 'DELETE', query: Record<string, string> = {}) =>
  client.run('call_api', { method, path: '/api/v1/ssf/stream', query });
const streams = async () => (await asClient('GET')).body as Record<string, unknown>[];
const makeUser = async (name: string): Promise<string> =>
  (
    await org.post('/api/v1/users?activate=true', {
      profile: newProfile(name),
      credentials: { password: { value: 'Correct-horse-7' } },
    })
  ).body.id;
const newPassword = (id: string, value = 'Better-horse-8') =>
  org.post(`/api/v1/users/${id}`, { credentials: { password: { value } } });

describe('M signed events (SSF)', () => {
  it('a stream is created, verified, delivers a changed password and a sign-out, and is removed on stop', async () => {
    const webhook = await listening();
    expect(await streams()).toMatchObject([
      {
        delivery: { endpoint_url: mount.url, method: 'urn:ietf:rfc:8935' },
        events_delivered: [CREDENTIAL, SESSION],
      },
    ]);
    expect((await stored()).stream).toMatchObject({ isVerified: true });
    const id = await makeUser('changes');
    await newPassword(id);
    await until(() => got.length === 1);
    expect(got[0]).toMatchObject({ kind: 'credential_change', userId: id, credentialType: 'password' });
    const actor = { id, type: 'User', alternateId: 'x', displayName: 'X' };
    await org.control('POST', '/events', { eventType: 'user.session.end', actor });
    await until(() => got.length === 2);
    expect(got[1]).toMatchObject({ kind: 'session_revoked', userId: id });
    await webhook.stop();
    expect(await streams()).toEqual([]);
  });

  it('the same receiver serves hooks and the stream, at one URL', async () => {
    const webhook = await listening();
    const created: unknown[] = [];
    await webhook.subscribe({
      key: 'new_event_instant',
      input: { eventTypes: ['user.lifecycle.create'] },
      deliver: (item) => {
        created.push(item);
      },
    });
    const id = await makeUser('both');
    await newPassword(id);
    await until(() => created.length === 1 && got.length === 1);
  });

  it('only the kinds and the user that were asked for come', async () => {
    const [ana, ben] = [await makeUser('ana.s'), await makeUser('ben.s')];
    await listening({ kinds: ['credential_change'], userId: 'ana.s@sandbox.example' });
    await newPassword(ben);
    await newPassword(ana);
    await send({ events: { [SESSION]: { subject: subject(ana) } } });
    await until(() => got.length > 0);
    expect(got.map(({ userId }) => userId)).toEqual([ana]);
    expect(await streams()).toMatchObject([{ events_delivered: [CREDENTIAL] }]);
  });

  it('a stream that is gone is created again, and that is said', async () => {
    await listening();
    const [before] = await streams();
    await asClient('DELETE', { stream_id: String(before?.stream_id) });
    await until(async () => (await streams()).length === 1);
    expect(told.join()).toContain('is gone from Okta, and is created again');
    await until(async () => (await stored()).stream.isVerified);
    await send({ events: event() });
    await until(() => got.length === 1);
  });

  it('hosts that run a function per request have it, too', async () => {
    const hook = client.hook('signal_received', {}, { url: mount.url, state });
    const items: string[] = [];
    mount.fetch = async (request) => {
      const { response, items: some } = await hook.answer(request);
      items.push(...some.map(({ id }) => id));
      return response;
    };
    await hook.ensure();
    expect(await hook.isInOrder()).toBe(true);
    expect(await send({ events: event(), claims: { jti: 'one' } })).toMatchObject({ answers: [202] });
    expect(await send({ events: event(), claims: { jti: 'one' } })).toMatchObject({ answers: [202] });
    expect(items).toEqual(['one']);
    await org.control('PUT', '/signals/status', { status: 'disabled' });
    expect(await hook.isInOrder()).toBe(false);
    await hook.remove();
    expect(await streams()).toEqual([]);
  });
});

describe('M reconciled with the System Log', () => {
  const status = (wanted: string) => org.control('PUT', '/signals/status', { status: wanted });
  const ledger = async () => (await stored()).signals;
  const sources = () => got.map(({ source, userId }) => [source, userId]);

  it('what came signed is not delivered again from the log', async () => {
    const id = await makeUser('signed');
    await listening({ reconcile: true });
    await newPassword(id);
    await until(() => got.length === 1);
    await until(async () => (await ledger()).signed.length === 0);
    expect(sources()).toEqual([['stream', id]]);
    expect((await ledger()).waiting).toEqual([]);
  });

  it('what did not come signed is delivered from the log, and not again when it comes after all', async () => {
    const id = await makeUser('unsigned');
    await listening({ reconcile: true });
    await status('disabled');
    await newPassword(id);
    await until(() => got.length === 1);
    const [item] = got;
    expect(item).toMatchObject({
      ...{ kind: 'credential_change', source: 'log', userId: id, changeType: 'revoke' },
      ...{ credentialType: 'password', issuedAt: null, claims: null },
      event: { eventType: 'user.account.update_password', uuid: item?.id },
    });
    expect(connector.triggers.find(({ key }) => key === 'signal_received')?.output.parse(item)).toEqual(item);
    await status('enabled');
    const event_timestamp = Date.parse(String(item?.occurredAt));
    const late = {
      [CREDENTIAL]: {
        subject: subject(id),
        credential_type: 'password',
        change_type: 'revoke',
        event_timestamp,
      },
    };
    for (let i = 0; i < 2; i++)
      expect(await send({ events: late, claims: { jti: 'late' } })).toMatchObject({ answers: [202] });
    await send({ events: event(), claims: { jti: 'last' } });
    await until(() => got.some((one) => one.id === 'last'));
    expect(sources().slice(0, 2)).toEqual([
      ['log', id],
      ['stream', subject().sub],
    ]);
  });

  it('what happened while no process ran is found after the start, each once', async () => {
    const [ana, ben] = [await makeUser('ana.r'), await makeUser('ben.r')];
    await (await listening({ reconcile: true })).stop({ keepHook: true });
    mount.fetch = undefined;
    await newPassword(ana);
    await flush();
    const webhook = await receive();
    await newPassword(ben);
    await flush();
    await signals(webhook, { reconcile: true, userId: ana });
    await until(() => got.length > 0);
    await until(async () => (await ledger()).waiting.length === 0);
    expect(sources()).toEqual([['log', ana]]);
  });

  it('hides in the event of the log what is asked for', async () => {
    const id = await makeUser('hidden');
    await listening({ reconcile: true, redact: 'personal' });
    await status('disabled');
    await newPassword(id);
    await until(() => got.length === 1);
    expect(got[0]).toMatchObject({ userId: id, event: { target: [{ id, alternateId: '[redacted]' }] } });
  });

  it('only subscribers who asked for it get what is not signed', async () => {
    const id = await makeUser('two');
    const webhook = await listening({ reconcile: true });
    const onlySigned: unknown[] = [];
    await webhook.subscribe({
      key: 'signal_received',
      input: {},
      deliver: (item) => {
        onlySigned.push(item);
      },
    });
    await status('disabled');
    await newPassword(id);
    await until(() => got.length === 1);
    expect(onlySigned).toEqual([]);
  });

  it('a hook that brings the same event does not keep it from the log', async () => {
    const id = await makeUser('hooked');
    const webhook = await listening({ reconcile: true });
    const hooked: unknown[] = [];
    await webhook.subscribe({
      key: 'new_event_instant',
      input: { eventTypes: ['user.account.update_password'] },
      deliver: (item) => {
        hooked.push(item);
      },
    });
    await status('disabled');
    await newPassword(id);
    await until(() => got.length === 1 && hooked.length === 1);
  });

  it('the secret of the hook is not enough for a signal', async () => {
    await listening({ reconcile: true });
    const forged = { uuid: 'forged', eventType: CREDENTIAL, signed: { iat: 1, events: event() }, logged: {} };
    const answer = await fetch(mount.url, {
      method: 'POST',
      headers: { Authorization: (await stored()).secret },
      body: JSON.stringify({ data: { events: [forged] } }),
    });
    expect(answer.status).toBe(200);
    await send({ events: event(), claims: { jti: 'true' } });
    await until(() => got.length > 0);
    expect(got.map(({ id }) => id)).toEqual(['true']);
  });

  it('is remembered only as long as somebody reconciles', async () => {
    await (await listening({ reconcile: true })).stop({ keepHook: true });
    expect(await ledger()).toMatchObject({ signed: [], waiting: [], poll: { cursor: expect.any(String) } });
    await listening();
    expect(await ledger()).toBeUndefined();
  });
});

describe('what Okta sends', () => {
  it.each([
    ['milliseconds', 1_770_113_472_345, '2026-02-03T10:11:12.345Z'],
    ['seconds', 1_770_113_472, '2026-02-03T10:11:12.000Z'],
    ['no number', 'soon', null],
  ])('ssf-field 1 event_timestamp in %s', async (_, event_timestamp, occurredAt) => {
    await listening();
    await send({ events: event({ event_timestamp }) });
    await until(() => got.length === 1);
    expect(got[0]?.occurredAt).toBe(occurredAt);
  });

  it('ssf-field 2 ssf-field 3 the subject is found wherever it is, by the id in Okta', async () => {
    await listening();
    const other = { format: 'email', email: 'x@acme.test' };
    await send({ events: { [CREDENTIAL]: { subject: other } }, claims: { sub_id: subject('first') } });
    await send({ events: { [CREDENTIAL]: { subject: subject('second') } } });
    await send({ events: { [SESSION]: { subject: { user: subject('third') } } } });
    await send({ events: { [CREDENTIAL]: { subject: other } } });
    await until(() => got.length === 4);
    expect(got.map(({ userId }) => userId)).toEqual(['first', 'second', 'third', null]);
    expect(got[3]?.subject).toEqual(other);
  });

  it('ssf-field 4 ssf-field 22 an ordinary sign-out is told as such, and nothing of a session is made up', async () => {
    await listening();
    await send({
      events: { [SESSION]: { subject: { user: subject() }, reason_admin: { en: 'User logout' } } },
    });
    await until(() => got.length === 1);
    expect(got[0]).toMatchObject({ kind: 'session_revoked', reason: 'User logout' });
    expect(got[0]?.subject).toEqual({ user: subject() });
  });

  it('ssf-field 5 values outside the standard are delivered as they are', async () => {
    await listening();
    const odd = {
      credential_type: 'ALL_FACTORS',
      change_type: 'melted',
      friendly_name: 7,
      initiating_entity: null,
    };
    await send({ events: event(odd) });
    await send({ events: { [CREDENTIAL]: 'nothing' } });
    await until(() => got.length === 2);
    expect(got[0]).toMatchObject({
      credentialType: 'ALL_FACTORS',
      changeType: 'melted',
      credentialName: null,
    });
    expect(got[1]).toMatchObject({ userId: null, subject: null });
  });

  it.each(['ssf', 'sse', 'risc'])(
    'ssf-field 6 ssf-field 7 a verification of %s is no event',
    async (draft) => {
      await listening();
      const type = `https://schemas.openid.net/secevent/${draft}/event-type/verification`;
      const sent = await send({ events: { [type]: { state: 'of someone else' } } });
      expect(sent.answers).toEqual([202]);
      await send({ events: event() });
      await until(() => got.length === 1);
      expect(got[0]?.eventType).toBe(CREDENTIAL);
    },
  );

  it('ssf-field 7 a type that nobody knows is taken, and is no item', async () => {
    await listening();
    expect((await send({ events: { 'https://acme.test/new': {} } })).answers).toEqual([202]);
    await send({ events: event() });
    await until(() => got.length === 1);
  });

  it('ssf-field 8 ssf-field 20 audience and issuer are those of the stream, not the URL that was called', async () => {
    await listening();
    const { audiences, issuers } = (await stored()).stream;
    expect(audiences).toEqual([new URL(mount.url).origin]);
    expect(issuers).toEqual([org.sandbox.orgUrl]);
    expect(
      (await send({ events: event(), claims: { aud: ['https://x.test', audiences[0]] } })).answers,
    ).toEqual([202]);
    const [aud] = (await send({ events: event(), claims: { aud: mount.url } })).answers;
    expect(aud).toMatch(/^400 .*"err":"invalid_audience"/);
    const [iss] = (await send({ events: event(), claims: { iss: 'https://evil.test' } })).answers;
    expect(iss).toMatch(/^400 .*"err":"invalid_issuer"/);
  });

  it('ssf-field 9 ssf-field 16 a stream that the client has already is used, with the new secret', async () => {
    await (await listening()).stop({ keepHook: true });
    const [before] = await streams();
    state = memoryStateStore();
    await listening();
    const [after, ...others] = await streams();
    expect([after?.stream_id, others]).toEqual([before?.stream_id, []]);
    expect(told.join()).toContain('had a stream already');
    await send({ events: event() });
    await until(() => got.length === 1);
  });

  it('ssf-field 10 ssf-field 6 a verification that does not come is told, with the URL', async () => {
    client.close();
    client = withApp(undefined, { clock: jumpClock() });
    mount.fetch = undefined;
    await client.hook('signal_received', {}, { url: mount.url, state }).ensure();
    expect(told).toEqual([expect.stringContaining(`verifies the stream to ${mount.url} within 30 s`)]);
  });

  it('ssf-field 11 ssf-field 12 tokens that are no security events are refused, whoever signed them', async () => {
    await listening();
    for (const typ of ['secevent+jwt', 'application/secevent+jwt', 'SecEvent+JWT'])
      expect((await send({ events: event(), header: { typ } })).answers).toEqual([202]);
    for (const typ of ['JWT', ''])
      expect((await send({ events: event(), header: { typ } })).answers[0]).toMatch(
        /"err":"invalid_request"/,
      );
    expect((await send({ events: {} })).answers[0]).toMatch(/"err":"invalid_request"/);
    const none = `${Buffer.from('{"alg":"none","typ":"secevent+jwt"}').toString('base64url')}.e30.`;
    expect((await send({ events: event(), token: none })).answers[0]).toMatch(/"err":"invalid_request"/);
    const kid = 'unknown';
    expect((await send({ events: event(), header: { kid } })).answers[0]).toMatch(/"err":"invalid_key"/);
    await until(() => got.length === 3);
  });

  it('ssf-field 13 a token need not expire, and an old one is taken with its age', async () => {
    await listening();
    const iat = Math.floor(Date.now() / 1000) - 86_400;
    expect((await send({ events: event(), claims: { iat } })).answers).toEqual([202]);
    await until(() => got.length === 1);
    expect(got[0]?.ageSeconds).toBeGreaterThan(86_000);
  });

  it('ssf-field 14 a token that comes again is answered again, and is one item', async () => {
    await listening();
    const claims = { jti: 'again' };
    for (let i = 0; i < 3; i++) expect((await send({ events: event(), claims })).answers).toEqual([202]);
    await send({ events: event(), claims: { jti: 'last' } });
    await until(() => got.some(({ id }) => id === 'last'));
    expect(got.map(({ id }) => id)).toEqual(['again', 'last']);
  });

  it('ssf-field 15 ssf-field 16 without the secret it is 400 in the words of RFC 8935, whatever the signature', async () => {
    await listening();
    const { answers } = await send({ events: event(), authorization: 'guess' });
    expect(answers).toEqual([expect.stringMatching(/^400 \{"err":"authentication_failed","description":"/)]);
    expect(got).toEqual([]);
  });

  it('ssf-field 17 a disabled stream is told, once, with what that means', async () => {
    await listening();
    await org.control('PUT', '/signals/status', { status: 'disabled' });
    await until(() => told.some((one) => one.includes('has disabled the stream')));
    await org.control('PUT', '/signals/status', { status: 'enabled' });
    await until(() => told.some((one) => one.includes('is enabled again')));
    expect(told.filter((one) => one.includes('only in its System Log'))).toHaveLength(2);
  });

  it('ssf-field 18 ssf-field 21 what the transmitter sets is left out, and the stream is named', async () => {
    await listening({ kinds: ['session_revoked'] });
    await (open[0] as Webhook).stop({ keepHook: true });
    await listening();
    const { requests } = (await org.control('GET', '/requests?method=PATCH')).body;
    expect(requests.map(({ status }: { status: number }) => status)).toEqual([200]);
    expect(await streams()).toMatchObject([{ events_delivered: [CREDENTIAL, SESSION] }]);
  });

  it('ssf-field 19 an API token is refused before anything is sent, and an org without the feature says which', async () => {
    const webhook = await receive(org.connect());
    await expect(signals(webhook)).rejects.toMatchObject({ hint: expect.stringContaining('ssf.manage') });
    expect(await org.asked('/api/v1/ssf/stream', 'POST')).toEqual([]);
    await webhook.stop();
    await org.control('PUT', '/settings', { missingFeatures: '/.well-known/ssf-configuration' });
    const error = await listening().catch((reason: unknown) => reason);
    expect(isOktaError(error) && error.code).toBe('feature_unavailable');
  });
});
