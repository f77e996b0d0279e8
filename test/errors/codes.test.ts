import { describe, expect, it } from 'vitest';
import { OAUTH_CODES, OKTA_CODES } from '../../src/errors/codes.ts';

describe('the table of codes', () => {
  it.each(Object.entries(OKTA_CODES))('%s is complete', (code, meaning) => {
    expect(code).toMatch(/^E0000\d{3}$/);
    expect(meaning.hint).toMatch(/^[A-Zna-z].*\.$/s);
    expect(['caller', 'admin', 'okta']).toContain(meaning.actor);
    if (meaning.refusedForMs !== undefined) expect(meaning.refusedForMs).toBeGreaterThan(0);
  });

  it.each(Object.entries(OAUTH_CODES))(
    '%s is a matter of the credential and never tried again by itself',
    (_, meaning) => {
      expect(meaning).toMatchObject({ code: 'authentication_failed', actor: 'admin' });
      expect(meaning.refusedForMs).toBeUndefined();
      expect(meaning.hint).toBeTruthy();
    },
  );

  it.each(['invalid_dpop_proof', 'use_dpop_nonce'])('%s tells both kinds of app what to set', (code) => {
    expect(OAUTH_CODES[code]?.hint).toMatch(/automatic \("auto"\) for a service app.*sign-in/);
  });

  it('a quota of a day is never waited for', () => {
    for (const code of ['E0000146', 'E0000147', 'E0000186', 'E0000204', 'E0000205']) {
      expect(OKTA_CODES[code]).toMatchObject({ code: 'rate_limited', actor: 'admin' });
      expect(OKTA_CODES[code]?.refusedForMs).toBeUndefined();
    }
  });
});
