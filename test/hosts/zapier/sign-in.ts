import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { ZapierApp } from '../../../src/hosts/zapier/app.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { Browser } from '../../support/browser.ts';
import { zapierWith } from './core.ts';

/** Connects an account as Zapier does: the person signs in, and Zapier stores the tokens beside the fields. */
export async function zapierSignIn(app: ZapierApp, { orgUrl, nativeApp, admin }: Sandbox, scopes: string) {
  const { clientId, redirectUris } = nativeApp;
  const [redirect_uri] = redirectUris;
  const fields = { orgUrl, clientId, scopes };
  const connecting = zapierWith(app, {});
  const code_verifier = randomBytes(32).toString('base64url');
  const asked = { ...fields, redirect_uri, state: 'state-of-zapier' };
  const url = new URL(await connecting.run('authentication.oauth2Config.authorizeUrl', asked));
  expect(url.searchParams.get('state')).toBe('state-of-zapier');
  expect(url.searchParams.get('scope')).toContain('offline_access');
  // As Zapier does with enablePkce.
  url.searchParams.set('code_challenge', createHash('sha256').update(code_verifier).digest('base64url'));
  url.searchParams.set('code_challenge_method', 'S256');
  const browser = new Browser(orgUrl);
  await browser.signIn(admin.login);
  const { back } = await browser.open(url.href);
  const code = back?.searchParams.get('code');
  const tokens = await connecting.run('authentication.oauth2Config.getAccessToken', {
    ...{ ...asked, code, code_verifier },
  });
  return { fields, tokens: tokens as Record<string, string> };
}
