import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { apiTokenAuthorizer } from '../../src/auth/api-token.ts';
import { createProver } from '../../src/auth/dpop.ts';
import { oauthAuthorizer } from '../../src/auth/oauth-authorizer.ts';
import { memoryTokenStore, tokenSource } from '../../src/auth/token-source.ts';
import { fakeClock, START } from '../support/fake-clock.ts';
import { answer, request } from '../support/server.ts';

const ORG = 'https://acme.okta.com';

function authorizer(tokenType: 'Bearer' | 'DPoP') {
  const clock = fakeClock();
  let issued = 0;
  const source = tokenSource(memoryTokenStore(), clock, async () => ({
    accessToken: `token-${++issued}`,
    tokenType,
    expiresAt: clock.now() + 3_600_000,
    scope: '',
  }));
  const prover = createProver(clock);
  return oauthAuthorizer(ORG, source, () => prover);
}

const nonceWanted = (nonce?: string) =>
  answer(401, {
    headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"', ...(nonce ? { 'dpop-nonce': nonce } : {}) },
  });

describe('the API token', () => {
  it('goes out as SSWS, and there is no other one', async () => {
    const one = apiTokenAuthorizer('00t');
    expect(await one.headers(request())).toEqual({ Authorization: 'SSWS 00t' });
    expect(await one.refused({}, answer(401))).toBe(false);
  });
});

describe('an OAuth token', () => {
  it('of type Bearer goes out as Bearer, without a proof', async () => {
    expect(await authorizer('Bearer').headers(request())).toEqual({ Authorization: 'Bearer token-1' });
  });

  it('of type DPoP goes out with a proof for this very request', async () => {
    const headers = await authorizer('DPoP').headers(request({ method: 'PUT', path: '/api/v1/x/a%40b?c=d' }));
    expect(headers.Authorization).toBe('DPoP token-1');
    expect(decodeJwt(headers.DPoP ?? '')).toMatchObject({ htm: 'PUT', htu: `${ORG}/api/v1/x/a@b` });
    expect(decodeJwt(headers.DPoP ?? '')).toHaveProperty('ath');
  });

  it('that is refused is not used again', async () => {
    const one = authorizer('Bearer');
    const headers = await one.headers(request());
    expect(await one.refused(headers, answer(401))).toBe(true);
    expect(await one.headers(request())).toEqual({ Authorization: 'Bearer token-2' });
  });

  it('is kept when only a nonce is wanted, and the next proof holds it', async () => {
    const one = authorizer('DPoP');
    const headers = await one.headers(request());
    expect(await one.refused(headers, nonceWanted('n1'))).toBe(true);
    const again = await one.headers(request());
    expect(again.Authorization).toBe('DPoP token-1');
    expect(decodeJwt(again.DPoP ?? '').nonce).toBe('n1');
  });

  it('is not tried again when the answer asks for a nonce and brings none', async () => {
    const one = authorizer('DPoP');
    expect(await one.refused(await one.headers(request()), nonceWanted())).toBe(false);
  });

  it('is kept when the time of the proof is off, and the next proof has the time of Okta', async () => {
    const one = authorizer('DPoP');
    const headers = await one.headers(request());
    const response = answer(400, {
      headers: {
        'www-authenticate': 'DPoP error="invalid_dpop_proof", error_description="iat"',
        date: new Date(START + 900_000).toUTCString(),
      },
    });
    expect(await one.refused(headers, response)).toBe(true);
    const again = await one.headers(request());
    expect(again.Authorization).toBe('DPoP token-1');
    expect(decodeJwt(again.DPoP ?? '').iat).toBe((START + 900_000) / 1000 - 2);
    // Refused all the same: then it is not our clock that is wrong.
    expect(await one.refused(again, response)).toBe(true);
    expect(decodeJwt((await one.headers(request())).DPoP ?? '').iat).toBe(START / 1000 - 2);
  });

  it('of type DPoP that is refused is renewed like any other', async () => {
    const one = authorizer('DPoP');
    expect(await one.refused(await one.headers(request()), answer(401))).toBe(true);
    expect((await one.headers(request())).Authorization).toBe('DPoP token-2');
  });

  // The second was signed before the nonce was known, but the prover knows it by then.
  it('requests at the same time that are all asked for the same nonce are all repeated', async () => {
    const one = authorizer('DPoP');
    const [a, b] = await Promise.all([one.headers(request()), one.headers(request())]);
    expect(await one.refused(a, nonceWanted('n1'))).toBe(true);
    expect(await one.refused(b, nonceWanted('n1'))).toBe(true);
  });
});
