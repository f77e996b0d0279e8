import { beforeEach, describe, expect, it } from 'vitest';
import { QUESTION, SMS } from '../support/factors.ts';
import { newProfile, type Reply, useSandbox } from './support.ts';

const client = useSandbox();
let path = '';

beforeEach(async () => {
  const { id } = (await client.post('/api/v1/users', { profile: newProfile('ana') })).body;
  path = `/api/v1/users/${id}/factors`;
});

const errorOf = ({ status, body }: Reply) => [status, body.errorCode];
const wait = (seconds: number) => client.control('POST', '/clock', { advanceMs: seconds * 1000 });

/** The code that the user reads on the phone or in a message. */
async function codeOf(id: string): Promise<string> {
  const { body } = await client.control('GET', '/factors');
  return body.find((factor: { id: string }) => factor.id === id).passCode;
}

describe('an enrollment', () => {
  it.each([
    ['an unknown type', { factorType: 'palm', provider: 'OKTA' }, 'E0000001'],
    ['a provider that has no such factor', { factorType: 'sms', provider: 'GOOGLE' }, 'E0000001'],
    ['something that is no phone number', { ...SMS, profile: { phoneNumber: 'mine' } }, 'E0000098'],
    ['an unknown question', { ...QUESTION, profile: { question: 'why', answer: 'because' } }, 'E0000001'],
    ['a short answer', { ...QUESTION, profile: { ...QUESTION.profile, answer: 'eel' } }, 'E0000001'],
    ['a custom token without a profile', { factorType: 'token:hotp', provider: 'CUSTOM' }, 'E0000001'],
    ['a token without its code', { factorType: 'token', provider: 'RSA' }, 'E0000068'],
  ])('refuses %s', async (_, body, code) => {
    expect((await client.post(path, body)).body.errorCode).toBe(code);
    expect((await client.get(path)).body).toEqual([]);
  });

  it('of a type that is active is refused, one that waits is replaced', async () => {
    await client.post(path, QUESTION);
    const again = await client.post(path, QUESTION);
    expect(errorOf(again)).toEqual([400, 'E0000001']);
    expect(again.body.errorCauses).toEqual([{ errorSummary: 'A factor of this type is already set up.' }]);
    const first = await client.post(path, SMS);
    expect((await client.post(path, { ...SMS, profile: { phoneNumber: '+15554151338' } })).status).toBe(400);
    expect(errorOf(await client.post(path, SMS))).toEqual([429, 'E0000109']);
    await wait(30);
    const second = await client.post(path, SMS);
    expect(second.status).toBe(200);
    expect((await client.get(`${path}/${first.body.id}`)).body.errorCode).toBe('E0000007');
  });

  it('sends codes that are valid for some time', async () => {
    expect((await client.post(`${path}?tokenLifetimeSeconds=0`, SMS)).status).toBe(400);
    const { id } = (await client.post(`${path}?tokenLifetimeSeconds=20`, SMS)).body;
    const passCode = await codeOf(id);
    await wait(21);
    const activate = (code: string) => client.post(`${path}/${id}/lifecycle/activate`, { passCode: code });
    expect(errorOf(await activate(passCode))).toEqual([403, 'E0000083']);
    expect(errorOf(await client.post(`${path}/${id}/resend`))).toEqual([429, 'E0000109']);
    await wait(10);
    expect((await client.post(`${path}/${id}/resend`)).body.status).toBe('PENDING_ACTIVATION');
    expect(errorOf(await activate('000000'))).toEqual([403, 'E0000068']);
    expect((await activate('')).body.errorCode).toBe('E0000001');
    expect((await activate(await codeOf(id))).body.status).toBe('ACTIVE');
    expect(errorOf(await activate(await codeOf(id)))).toEqual([403, 'E0000107']);
    expect(await client.events('user.mfa.factor.activate')).toHaveLength(1);
  });
});

describe('a verification', () => {
  it('by message first sends a code, which can be used once', async () => {
    const { id } = (await client.post(`${path}?activate=true`, SMS)).body;
    const verify = (body?: object) => client.post(`${path}/${id}/verify`, body);
    expect((await verify()).body).toMatchObject({ factorResult: 'CHALLENGE', profile: SMS.profile });
    expect(await client.events('system.sms.send_factor_verify_message')).toHaveLength(1);
    const passCode = await codeOf(id);
    expect((await verify({ passCode })).body).toEqual({ factorResult: 'SUCCESS' });
    expect(errorOf(await verify({ passCode }))).toEqual([403, 'E0000082']);
  });

  it('by question takes the answer that was set last', async () => {
    const { id } = (await client.post(path, QUESTION)).body;
    const profile = { question: 'first_award', answer: 'swimming' };
    const changed = await client.put(`${path}/${id}`, { profile });
    expect(changed.body.profile.questionText).toBe('What did you earn your first medal or award for?');
    expect(JSON.stringify(changed.body)).not.toContain('swimming');
    const verify = (answer: string) => client.post(`${path}/${id}/verify`, { answer });
    expect(errorOf(await verify('meatball'))).toEqual([403, 'E0000068']);
    expect((await verify('swimming')).body).toEqual({ factorResult: 'SUCCESS' });
    const results = await client.events('user.authentication.auth_via_mfa');
    expect(results.map(({ outcome }) => outcome.result)).toEqual(['FAILURE', 'SUCCESS']);
    expect(await client.events('user.mfa.factor.update')).toHaveLength(1);
  });

  it('by push lasts until the phone answers, or five minutes', async () => {
    const { id } = (await client.post(path, { factorType: 'push', provider: 'OKTA' })).body;
    expect(errorOf(await client.post(`${path}/${id}/verify`))).toEqual([423, 'E0000180']);
    const poll = () => client.post(`${path}/${id}/lifecycle/activate/poll`);
    expect((await poll()).body.factorResult).toBe('WAITING');
    await wait(5);
    expect((await poll()).body).toMatchObject({ status: 'ACTIVE', profile: { name: 'iPhone' } });

    expect((await client.control('PUT', '/settings', { phone: 'SLEEPS' })).status).toBe(400);
    await client.control('PUT', '/settings', { phone: 'OFF' });
    const sent = await client.post(`${path}/${id}/verify`, { useNumberMatchingChallenge: true });
    expect(sent).toMatchObject({ status: 201, body: { factorResult: 'WAITING' } });
    const { correctAnswer } = sent.body._embedded.challenge;
    expect(correctAnswer).toBeGreaterThanOrEqual(10);
    expect(correctAnswer).toBeLessThan(100);
    const result = async () => (await client.get(sent.body._links.poll.href)).body.factorResult;
    await wait(299);
    expect(await result()).toBe('WAITING');
    await wait(1);
    expect(await result()).toBe('TIMEOUT');
    await client.control('PUT', '/settings', { phone: 'APPROVES' });
    expect(await result()).toBe('TIMEOUT');
    const other = (await client.post(`${path}/${id}/verify`)).body._links;
    expect((await client.delete(other.cancel.href)).status).toBe(204);
    expect((await client.get(other.poll.href)).body.factorResult).toBe('CANCELLED');
    expect(await client.events('system.push.send_factor_verify_push')).toHaveLength(2);
    expect(await client.events('user.authentication.auth_via_mfa')).toMatchObject([
      { outcome: { result: 'FAILURE', reason: 'TIMEOUT' } },
    ]);
    expect(errorOf(await client.get(`${path}/${id}/transactions/mst1`))).toEqual([404, 'E0000007']);
  });
});

describe('what a user has', () => {
  it('is in the catalog, in the order of enrollment, and for whoever names the login', async () => {
    await client.post(path, QUESTION);
    await client.post(path, SMS);
    const { body } = await client.get(`${path}/catalog`);
    const statusOf = (type: string) =>
      body.find(({ factorType }: { factorType: string }) => factorType === type).status;
    expect([statusOf('question'), statusOf('sms'), statusOf('push')]).toEqual([
      ...['ACTIVE', 'PENDING_ACTIVATION', 'NOT_SETUP'],
    ]);
    const byLogin = await client.get('/api/v1/users/ana@sandbox.example/factors');
    expect(byLogin.body.map(({ factorType }: { factorType: string }) => factorType)).toEqual([
      ...['question', 'sms'],
    ]);
    expect(errorOf(await client.get('/api/v1/users/nobody@acme.test/factors'))).toEqual([404, 'E0000007']);
  });

  it('is removed as a whole with an event for each factor, and one for all', async () => {
    await client.post(path, QUESTION);
    await client.post(path, SMS);
    await client.post(path.replace(/factors$/, 'lifecycle/reset_factors'));
    expect((await client.get(path)).body).toEqual([]);
    const removed = await client.events('user.mfa.factor.deactivate');
    expect(removed.map((event) => event.target.map(({ type }: { type: string }) => type))).toEqual([
      ['User', 'AuthenticatorEnrollment'],
      ['User', 'AuthenticatorEnrollment'],
    ]);
    expect(await client.events('user.mfa.factor.reset_all')).toHaveLength(1);
  });

  it('of Okta Verify goes together', async () => {
    const { id } = (await client.post(path, { factorType: 'push', provider: 'OKTA' })).body;
    await client.post(path, { factorType: 'token:software:totp', provider: 'OKTA' });
    await client.post(path, { factorType: 'token:software:totp', provider: 'GOOGLE' });
    expect((await client.delete(`${path}/${id}`)).status).toBe(204);
    expect((await client.get(path)).body).toMatchObject([{ provider: 'GOOGLE' }]);
  });
});
