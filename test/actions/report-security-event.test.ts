import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { newProfile } from '../sandbox/support.ts';
import { useOrg, useServer } from '../triggers/support.ts';

const org = useOrg();
const mount = useServer();
const PROVIDERS = '/api/v1/security-events-providers';
const EVENTS = '/security/api/v1/security-events';
const ISSUER = 'https://edr.acme.test';
const RISK = 'https://schemas.okta.com/secevent/okta/event-type/user-risk-change';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let client: Client;
let userId: string;
let provider: string;

beforeEach(async () => {
  client = org.connect();
  mount.fetch = async () => {
    const key = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' };
    return Response.json({ keys: [key] });
  };
  userId = (await org.post('/api/v1/users?activate=true', { profile: newProfile('reported') })).body.id;
  const settings = { issuer: ISSUER, jwks_url: mount.url };
  provider = (await org.post(PROVIDERS, { name: 'EDR', type: 'edr', settings })).body.id;
});

const report = (more: object = {}) =>
  client.run('report_user_risk', {
    ...{ userId, currentLevel: 'high', previousLevel: 'low', reason: 'Malware', issuer: ISSUER },
    ...{ privateKey: pem, keyId: 'k1' },
    ...more,
  });
/** What the org logged about the user. */
const taken = async (): Promise<string[]> => {
  const types = ['security.events.provider.receive_event', 'user.risk.change'];
  const filter = types.map((type) => `eventType eq "${type}"`).join(' or ');
  const { body } = await org.get(`/api/v1/logs?filter=${encodeURIComponent(filter)}`);
  return body.map(({ eventType }: { eventType: string }) => eventType);
};
const risk = async () => (await client.run('get_user_risk', { userId })).riskLevel;
/** Sends a token that is signed by hand. */
async function send(claims: object, typ = 'secevent+jwt') {
  const token = await new SignJWT({ iat: Math.floor(Date.now() / 1000), jti: 'one', ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1', typ })
    .sign(privateKey);
  const headers = { 'Content-Type': 'application/secevent+jwt' };
  const answer = await fetch(org.sandbox.orgUrl + EVENTS, { method: 'POST', headers, body: token });
  return { status: answer.status, text: await answer.text() };
}
const claims = (event: object = {}, email = 'reported@sandbox.example') => ({
  ...{ iss: ISSUER, aud: org.sandbox.orgUrl },
  events: {
    [RISK]: {
      ...{ subject: { user: { format: 'email', email } }, event_timestamp: 1_795_000_000 },
      ...{ current_level: 'high', previous_level: 'low', reason_admin: { en: 'x' } },
      ...event,
    },
  },
});

describe('M Okta as a receiver of signed events', () => {
  it('takes a risk and a session, each signed with our key', async () => {
    expect(await report()).toMatchObject({ userId, providerId: provider });
    expect(await risk()).toBe('HIGH');
    const input = { userId, reason: 'Signed out', issuer: ISSUER, privateKey: pem, keyId: 'k1' };
    await client.run('report_session_revoked', input);
    expect(await taken()).toEqual([
      'security.events.provider.receive_event',
      'user.risk.change',
      'security.events.provider.receive_event',
    ]);
  });

  it('a dry run sends nothing', async () => {
    const inputs = [
      { userId, currentLevel: 'high', previousLevel: 'low', reason: 'x', issuer: ISSUER, privateKey: pem },
    ] as const;
    for await (const _ of client.bulk('report_user_risk', inputs, { dryRun: true } as never));
    expect(await org.asked(EVENTS, 'POST')).toEqual([]);
  });

  it('ssf-field 23 the user is looked up first, and each report has an id of its own', async () => {
    await expect(report({ userId: 'nobody@acme.test' })).rejects.toMatchObject({ code: 'not_found' });
    expect(await org.asked(EVENTS, 'POST')).toEqual([]);
    const [one, two] = [await report(), await report()];
    expect(one.eventId).not.toBe(two.eventId);
    // The org itself is silent: it takes what it drops.
    expect(await send(claims({}, 'nobody@acme.test'))).toEqual({ status: 202, text: '' });
    expect(await send(claims({}, 'nobody@acme.test'))).toEqual({ status: 202, text: '' });
    expect((await taken()).filter((type) => type.startsWith('security'))).toHaveLength(2);
  });

  it('ssf-field 24 ssf-field 25 ssf-field 29 inside events, about a user, and without the credential', async () => {
    let body = '';
    let sent: string[] = [];
    const transport = async (request: {
      method: string;
      url: string;
      body?: unknown;
      headers: Record<string, string>;
    }) => {
      const { method, url, headers } = request;
      if (method === 'POST') [body, sent] = [String(request.body), Object.keys(headers)];
      const answer = await fetch(url, { method, headers, ...(method === 'POST' ? { body } : {}) });
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        text: await answer.text(),
      };
    };
    client = org.connect({ transport: transport as never });
    await report();
    expect(sent).toContain('content-type');
    expect(sent).not.toContain('authorization');
    expect(decodeProtectedHeader(body)).toEqual({ alg: 'RS256', typ: 'secevent+jwt', kid: 'k1' });
    const { events, ...rest } = decodeJwt(body) as { events: Record<string, Record<string, unknown>> };
    expect(Object.keys(rest).sort()).toEqual(['aud', 'iat', 'iss', 'jti']);
    expect(events[RISK]?.subject).toEqual({ user: { format: 'email', email: 'reported@sandbox.example' } });
    const { events: _, ...bare } = claims();
    expect((await send({ ...bare, [RISK]: {} })).text).toContain('invalid_request');
  });

  it('ssf-field 26 levels and reason are required, before anything is sent', async () => {
    await expect(report({ previousLevel: undefined })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(report({ reason: '' })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(report({ currentLevel: 'HIGH' })).rejects.toMatchObject({ code: 'invalid_input' });
    expect((await send(claims({ reason_admin: undefined }))).text).toContain('reasonAdmin');
  });

  it('ssf-field 27 what the org refuses is named in its own words', async () => {
    expect((await send(claims({ previous_level: undefined }))).text).toContain(
      "'events.oktaUserRiskChangeEvent.previousLevel': The field cannot be left blank",
    );
  });

  it('ssf-field 28 issuer and audience: a slash more is told, and can be given', async () => {
    await expect(report({ issuer: `${ISSUER}/` })).rejects.toMatchObject({
      hint: `One has ${ISSUER}: the two must be equal to the letter.`,
    });
    await report({ audience: `${org.sandbox.orgUrl}/` });
    await expect(report({ audience: 'https://other.test' })).rejects.toMatchObject({
      ...{ code: 'validation_failed', oktaCode: 'invalid_audience' },
    });
  });

  it('ssf-field 29 the token is the only proof, for an active provider and with its key', async () => {
    await report();
    await expect(report({ keyId: 'k2' })).rejects.toMatchObject({ oktaCode: 'invalid_key' });
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const stranger = other.export({ type: 'pkcs8', format: 'pem' }).toString();
    await expect(report({ privateKey: stranger })).rejects.toMatchObject({
      oktaCode: 'authentication_failed',
    });
    await org.post(`${PROVIDERS}/${provider}/lifecycle/deactivate`);
    await expect(report()).rejects.toMatchObject({ code: 'wrong_state' });
  });
});
