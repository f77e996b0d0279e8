import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Connection } from '../../../auth/connection.ts';
import type { Authentication } from '../names.ts';

const DPOP: Record<string, boolean | 'auto'> = { auto: 'auto', never: false, required: true };

/** Converts an n8n credential to a connection of the core. Nothing is validated here: the core reports what is wrong. */
export function connectionOfCredential(
  authentication: Authentication,
  credential: ICredentialDataDecryptedObject,
): Connection {
  const text = (name: string) => String(credential[name] ?? '').trim();
  const scopes = text('scopes')
    .split(/[\s,]+/)
    .filter(Boolean);
  const orgUrl = text('orgUrl');
  const clientId = text('clientId');
  if (authentication === 'token') return { orgUrl, auth: { type: 'api_token', token: text('token') } };
  if (authentication === 'privateKey') {
    return {
      orgUrl,
      auth: {
        ...{ type: 'client_credentials', clientId, scopes },
        privateKey: text('privateKey'),
        keyId: text('keyId') || undefined,
        dpop: DPOP[text('dpop')] ?? 'auto',
      },
    };
  }
  // n8n performs the sign-in, so it chooses the redirect URI.
  const redirectUri = 'https://n8n.invalid/rest/oauth2-credential/callback';
  return { orgUrl, auth: { type: 'authorization_code', clientId, scopes, redirectUri } };
}
