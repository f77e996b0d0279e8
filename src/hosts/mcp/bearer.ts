import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type AuthInfo,
  OAuthError,
  OAuthErrorCode,
  type OAuthTokenVerifier,
} from '@modelcontextprotocol/server';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { isLoopback } from '../../auth/org-url.ts';
import { InputError } from '../../errors/errors.ts';
import { isRecord } from '../../schema/record.ts';
import { parseUrl } from '../../text/url.ts';
import type { McpScope } from './types.ts';

/** All scopes that a client can be asked for. */
export const MCP_SCOPES: readonly McpScope[] = ['mcp:read', 'mcp:write', 'mcp:destructive'];

/** How remote clients show who they are: a key of this server, or tokens of an authorization server for this server. */
export type McpSignIn = { key: string } | { issuer: string; audience: string };

/** What an authorization server says of itself. */
export interface IssuerMetadata extends Record<string, unknown> {
  issuer: string;
  jwks_uri: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

const refused = (why: string) => new OAuthError(OAuthErrorCode.InvalidToken, why);

/** A key that clients send as a bearer token; it may do everything that the server offers. */
export function keyVerifier(key: string): OAuthTokenVerifier {
  const expected = sha256(key);
  return {
    async verifyAccessToken(token) {
      if (!timingSafeEqual(sha256(token), expected)) throw refused('The key is not the one of this server');
      // It does not expire; the SDK wants a time.
      const expiresAt = Math.floor(Date.now() / 1000) + 3600;
      return { token, clientId: 'key', scopes: [...MCP_SCOPES], expiresAt };
    },
  };
}

const TIMEOUT_MS = 10_000;
const ISSUER =
  'Give the issuer of a custom authorization server, such as https://acme.okta.com/oauth2/default.';

/**
 * Reads what an authorization server says of itself (RFC 8414, or OpenID Connect's older place).
 * @throws InputError when it cannot be read, or is of another issuer.
 */
export async function readIssuer(issuer: string): Promise<IssuerMetadata> {
  const base = parseUrl(issuer);
  if (!base || (base.protocol !== 'https:' && !isLoopback(issuer)))
    throw new InputError('The issuer must be an https URL', { hint: ISSUER });
  const path = base.pathname.replace(/\/$/, '');
  const places = [
    `${base.origin}${path}/.well-known/oauth-authorization-server`,
    `${base.origin}/.well-known/oauth-authorization-server${path}`,
    `${base.origin}${path}/.well-known/openid-configuration`,
  ];
  for (const place of places) {
    const found = await fetch(place, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' })
      .then((response) => (response.ok ? response.json() : undefined))
      .catch(() => undefined);
    if (!isRecord(found) || typeof found.jwks_uri !== 'string') continue;
    if (found.issuer === issuer) return found as IssuerMetadata;
    throw new InputError(`${place} is of the issuer ${String(found.issuer)}, not ${issuer}`, {
      hint: 'Give the issuer exactly as the authorization server writes it.',
    });
  }
  throw new InputError(`The authorization server ${issuer} cannot be read`, {
    hint: `${ISSUER} Check the network, too.`,
  });
}

/** Signatures of key pairs only: a shared secret would be known to clients, too. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/**
 * Access tokens of an authorization server for this server. Those of Okta's own API have Okta as audience and are refused; ours for
 * Okta never come from a client.
 */
export function tokenVerifier({ issuer, jwks_uri }: IssuerMetadata, audience: string): OAuthTokenVerifier {
  const keys = createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: TIMEOUT_MS });
  return {
    async verifyAccessToken(token) {
      const { payload } = await jwtVerify(token, keys, {
        ...{ issuer, audience, algorithms: ALGORITHMS, clockTolerance: 5 },
        requiredClaims: ['exp'],
      }).catch((error: unknown) => {
        if (error instanceof errors.JWTExpired) throw refused('The token has expired');
        if (error instanceof errors.JWTClaimValidationFailed)
          throw refused(`The token is not for this server (${error.claim})`);
        if (error instanceof errors.JWKSTimeout)
          throw new OAuthError(
            OAuthErrorCode.ServerError,
            'The keys of the authorization server cannot be read',
          );
        throw refused('The token is not valid');
      });
      return authInfoOf(token, payload);
    },
  };
}

const authInfoOf = (token: string, payload: JWTPayload): AuthInfo => ({
  token,
  clientId: String(payload.client_id ?? payload.cid ?? payload.azp ?? payload.sub ?? 'unknown'),
  scopes: scopesOf(payload),
  expiresAt: payload.exp,
});

/** Okta writes a list in `scp`, the standard a text in `scope`. */
function scopesOf({ scp, scope }: JWTPayload): string[] {
  if (Array.isArray(scp)) return scp.map(String);
  const text = scp ?? scope;
  return typeof text === 'string' ? text.split(' ').filter(Boolean) : [];
}
