import { createHash } from 'node:crypto';
import {
  calculateJwkThumbprint,
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  type JWK,
  jwtVerify,
} from 'jose';
import { describe, expect, it } from 'vitest';
import { createProver } from '../../src/auth/dpop.ts';
import { fakeClock, START } from '../support/fake-clock.ts';
import { answer } from '../support/server.ts';

const API = 'https://acme.okta.com/api/v1/users';
const dated = (time: number, headers: Record<string, string> = {}) =>
  answer(400, {
    headers: { date: new Date(time).toUTCString(), ...headers },
    body: { error: 'invalid_dpop_proof' },
  });
/** A proof is dated back so that it is never ahead of Okta, whose Date has whole seconds. */
const BACK_S = 2;
/** The time that a proof was made at, as the prover took it. */
const madeAt = (proof: string) => ((decodeJwt(proof).iat ?? 0) + BACK_S) * 1000;

describe('a proof', () => {
  it('has the header and claims that Okta asks for', async () => {
    const prover = await createProver(fakeClock());
    const proof = await prover.proof('POST', API, 'the-token');
    expect(decodeProtectedHeader(proof)).toEqual({
      typ: 'dpop+jwt',
      alg: 'ES256',
      jwk: { kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) },
    });
    expect(decodeJwt(proof)).toEqual({
      htm: 'POST',
      htu: API,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      iat: START / 1000 - BACK_S,
      ath: createHash('sha256').update('the-token').digest('base64url'),
    });
  });

  it('is signed by the key it names, and never shows the private half', async () => {
    const prover = await createProver(fakeClock());
    const proof = await prover.proof('GET', API, 'the-token');
    const { jwk } = decodeProtectedHeader(proof);
    await jwtVerify(proof, await importJWK(jwk as JWK, 'ES256'), {
      typ: 'dpop+jwt',
      currentDate: new Date(START),
    });
    const { d } = await prover.privateJwk();
    expect(d).toBeTruthy();
    expect(JSON.stringify(decodeProtectedHeader(proof))).not.toContain(d);
    expect(Buffer.from(proof.split('.')[0] ?? '', 'base64url').toString()).not.toContain('"d"');
  });

  it('at the token endpoint has no ath', async () => {
    const proof = await (await createProver(fakeClock())).proof(
      'POST',
      'https://acme.okta.com/oauth2/v1/token',
    );
    expect(decodeJwt(proof)).not.toHaveProperty('ath');
    expect(decodeJwt(proof)).not.toHaveProperty('nonce');
  });

  it('is never the same twice', async () => {
    const prover = await createProver(fakeClock());
    const proofs = await Promise.all(Array.from({ length: 50 }, () => prover.proof('GET', API, 't')));
    expect(new Set(proofs.map((proof) => decodeJwt(proof).jti)).size).toBe(50);
  });

  it.each([
    [`${API}?after=00u1&limit=2`, API],
    [`${API}#x`, API],
    [`${API}/ana%40acme.test?expand=blocks`, `${API}/ana@acme.test`],
    [`${API}/Zo%C3%AB%20R`, `${API}/Zoë R`],
    ['https://acme.okta.com:443/oauth2/v1/token', 'https://acme.okta.com/oauth2/v1/token'],
    ['http://127.0.0.1:4000/oauth2/v1/token', 'http://127.0.0.1:4000/oauth2/v1/token'],
  ])('for %s has htu %s', async (url, htu) => {
    const proof = await (await createProver(fakeClock())).proof('GET', url, 't');
    expect(decodeJwt(proof).htu).toBe(htu);
  });

  // decodeURIComponent throws a URIError; a next link of Okta can hold it.
  it('can be made for a path with a percent sign that encodes nothing', async () => {
    const proof = await (await createProver(fakeClock())).proof('GET', `${API}/100%`, 't');
    expect(decodeJwt(proof).htu).toBe(`${API}/100%`);
  });
});

describe('a prover', () => {
  it('with a stored key proves with that key, so that bound tokens go on working', async () => {
    const stored = await (await createProver(fakeClock())).privateJwk();
    const again = await createProver(fakeClock(), JSON.parse(JSON.stringify(stored)) as JWK);
    const { jwk } = decodeProtectedHeader(await again.proof('GET', API, 't'));
    expect(await calculateJwkThumbprint(jwk as JWK)).toBe(await calculateJwkThumbprint(stored));
    expect(await again.privateJwk()).toEqual(stored);
  });

  it.each([
    ['a damaged number', { d: 'broken' }],
    ['no private half', { d: undefined }],
    ['another type', { kty: 'oct', k: 'AAAA' }],
    ['another curve', { crv: 'P-384' }],
  ])('with a stored key that has %s says that a new sign-in is needed', async (_, change) => {
    const stored = await (await createProver(fakeClock())).privateJwk();
    const made = createProver(fakeClock(), { ...stored, ...change });
    await expect(made).rejects.toMatchObject({
      code: 'invalid_connection',
      actor: 'caller',
      hint: expect.stringContaining('login'),
    });
  });

  it('without one makes a key of its own', async () => {
    const [a, b] = await Promise.all([createProver(fakeClock()), createProver(fakeClock())]);
    expect((await a.privateJwk()).x).not.toBe((await b.privateJwk()).x);
  });

  it('keeps the nonces of token endpoint and API apart', async () => {
    const prover = await createProver(fakeClock());
    expect(prover.learn(answer(400, { headers: { 'dpop-nonce': 'n-token' } }), 'token')).toBe(true);
    expect(decodeJwt(await prover.proof('POST', API)).nonce).toBe('n-token');
    expect(decodeJwt(await prover.proof('GET', API, 't')).nonce).toBeUndefined();
    expect(prover.learn(answer(401, { headers: { 'dpop-nonce': 'n-api' } }), 'api')).toBe(true);
    expect(decodeJwt(await prover.proof('GET', API, 't')).nonce).toBe('n-api');
    expect(prover.learn(answer(200), 'token')).toBe(false);
    expect(prover.learn(answer(400, { headers: { 'dpop-nonce': 'n-token' } }), 'token')).toBe(false);
    expect(decodeJwt(await prover.proof('POST', API)).nonce).toBe('n-token');
  });

  it.each([600_000, -600_000])('proves on the clock of Okta when ours is %d ms off', async (skew) => {
    const prover = await createProver(fakeClock());
    prover.learn(dated(START + skew), 'token');
    expect(madeAt(await prover.proof('GET', API, 't'))).toBe(START + skew);
  });

  it('takes two seconds for rounding', async () => {
    const prover = await createProver(fakeClock());
    prover.learn(dated(START - 2_000), 'api');
    expect(madeAt(await prover.proof('GET', API, 't'))).toBe(START);
  });

  it('is not confused by an answer without a Date', async () => {
    const prover = await createProver(fakeClock());
    prover.learn(dated(START + 600_000), 'token');
    prover.learn(answer(200), 'token');
    prover.learn(answer(200, { headers: { date: 'yesterday' } }), 'token');
    expect(madeAt(await prover.proof('GET', API, 't'))).toBe(START + 600_000);
  });

  it('forgets the skew when the clock of the machine was put right', async () => {
    const clock = fakeClock();
    const prover = await createProver(clock);
    prover.learn(dated(START + 600_000), 'token');
    clock.set(START + 600_000);
    prover.learn(dated(START + 600_000), 'token');
    expect(madeAt(await prover.proof('GET', API, 't'))).toBe(START + 600_000);
  });

  it('F1.3 learns no time from an answer that refused nothing, or asked for a nonce', async () => {
    const prover = await createProver(fakeClock());
    const headers = { date: new Date(START + 6 * 3_600_000).toUTCString() };
    expect(prover.learn(answer(200, { headers }), 'token')).toBe(false);
    expect(prover.learn(answer(400, { headers, body: { error: 'use_dpop_nonce' } }), 'token')).toBe(false);
    expect(prover.learn(answer(401, { headers }), 'api')).toBe(false);
    expect(madeAt(await prover.proof('GET', API, 't'))).toBe(START);
  });

  it.each([
    ['six hours ahead', START + 6 * 3_600_000],
    ['of 1970', 0],
    ['of 2096', Date.UTC(2096, 0)],
  ])('F1.3 comes back to our own clock when a proof by a Date %s is refused, too', async (_, date) => {
    const prover = await createProver(fakeClock());
    prover.learn(dated(date), 'api');
    prover.learn(dated(date), 'api');
    expect(madeAt(await prover.proof('GET', API, 't'))).toBe(START);
  });

  it('F1.3 keeps what was learnt when requests at the same time are refused for the same time', async () => {
    const prover = await createProver(fakeClock());
    const before = prover.state('api');
    for (let times = 0; times < 3; times += 1)
      expect(prover.learn(dated(START + 600_000), 'api', before)).toBe(true);
    expect(madeAt(await prover.proof('GET', API, 't'))).toBe(START + 600_000);
  });

  // Okta refuses an iat in the future, and a clock that is 1.9 s ahead is not measured.
  it('never dates a proof ahead of the clock of Okta', async () => {
    const prover = await createProver(fakeClock());
    prover.learn(dated(START - 2_000), 'token');
    const { iat = 0 } = decodeJwt(await prover.proof('GET', API, 't'));
    expect(iat * 1000).toBeLessThanOrEqual(START - 2_000);
  });
});
