import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../errors.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import type { Json } from '../json.ts';
import { accessLifetimeMs, tokenRule } from '../policies/server-access.ts';
import { randomSecret } from '../random.ts';
import type { OAuthClient } from './client.ts';
import { authenticateClient, claimedClient, formOf } from './client-auth.ts';
import { DpopError, NonceRequired, verifyProof } from './dpop.ts';
import {
  invalidClient,
  invalidGrant,
  invalidRequest,
  invalidScope,
  NamedRefusal,
  oauthError,
  reasonOf,
} from './errors.ts';
import { ofEveryIssuer, type TokenIssuer, tokenIssuerOf } from './issuer.ts';
import { accessTokenFor, idTokenFor } from './jwt.ts';
import { grantedScopes } from './scopes.ts';
import { recordTokenEvent } from './token-events.ts';
import type { Grant } from './token-store.ts';

export const tokenEndpoints: Endpoint[] = ofEveryIssuer('POST', 'token', token);

/** A token request with an authenticated client and a verified proof. */
interface Request {
  call: Call;
  issuer: TokenIssuer;
  form: URLSearchParams;
  client: OAuthClient;
  thumbprint?: string;
}

const grants: Record<string, (request: Request) => Promise<Answer>> = {
  authorization_code: tradeCode,
  refresh_token: refresh,
  client_credentials: clientCredentials,
};

async function token(call: Call): Promise<Answer> {
  const issuer = tokenIssuerOf(call);
  const form = formOf(call);
  const grantType = form.get('grant_type');
  if (!grantType)
    throw invalidRequest(
      `The token request must specify a 'grant_type'. Valid values: [${Object.keys(grants)}]`,
    );
  const grant = grants[grantType];
  const client = await authenticated(call, form);
  if (!grant)
    throw oauthError(400, 'unsupported_grant_type', 'The authorization grant type is not supported.');
  if (grantType === 'client_credentials' && client.type !== 'service')
    throw invalidClient(
      "Only clients with 'application_type' of 'service' may use the client_credentials grant.",
    );
  if (!client.grantTypes.includes(grantType))
    throw oauthError(
      400,
      'unauthorized_client',
      'The client is not authorized to use the provided grant type.',
    );
  try {
    return await grant({ call, issuer, form, client, thumbprint: await proofKey(call, client) });
  } catch (error) {
    if (error instanceof Refusal) {
      const debugData = { grantType, redirectUri: form.get('redirect_uri') };
      recordTokenEvent('grant', { call, client, failure: reasonOf(error), debugData });
    }
    throw error;
  }
}

async function authenticated(call: Call, form: URLSearchParams): Promise<OAuthClient> {
  try {
    return await authenticateClient(call, form);
  } catch (error) {
    if (error instanceof Refusal) {
      const { clientId, clientAuthType } = claimedClient(call, form);
      const debugData = { grantType: form.get('grant_type'), clientAuthType };
      recordTokenEvent('grant', { call, client: { clientId }, failure: reasonOf(error), debugData });
    }
    throw error;
  }
}

/** The key the tokens will be bound to. A proof always needs the nonce, even if DPoP is optional. */
async function proofKey(call: Call, client: OAuthClient): Promise<string | undefined> {
  const proof = call.headers.get('dpop');
  if (!proof && !client.dpopRequired) return undefined;
  const { dpopNonce: nonce } = call.org.tokens;
  try {
    return await verifyProof(call.org, proof, { method: 'POST', url: `${call.origin}${call.path}`, nonce });
  } catch (error) {
    if (error instanceof NonceRequired)
      throw oauthError(400, 'use_dpop_nonce', error.message, { 'dpop-nonce': nonce });
    if (error instanceof DpopError) throw oauthError(400, 'invalid_dpop_proof', error.message);
    throw error;
  }
}

async function clientCredentials(request: Request): Promise<Answer> {
  const { call, issuer, client, form, thumbprint } = request;
  const { clientId } = client;
  const scopes = grantedScopes(call, issuer, client, form.get('scope'));
  const grant = { clientId, scopes, thumbprint, family: randomSecret(8) };
  const { server } = issuer;
  if (!server) return answer(request, grant, {});
  const rule = tokenRule(call.org, server, { clientId, grantType: 'client_credentials', scopes });
  if (!rule)
    throw new NamedRefusal(
      ...(['no_matching_policy', 401, 'access_denied'] as const),
      'Policy evaluation failed for this request, please check the policy configurations.',
    );
  return answer(request, { ...grant, serverId: server.id, lifetimeMs: accessLifetimeMs(rule) }, {});
}

async function tradeCode(request: Request): Promise<Answer> {
  const { call, issuer, form, client, thumbprint } = request;
  const { tokens } = call.org;
  const code = tokens.code(form.get('code') ?? '');
  if (!code || code.serverId !== issuer.server?.id)
    throw invalidGrant('The authorization code is invalid or has expired.');
  if (code.clientId !== client.clientId) throw invalidGrant('The grant was issued to another client.');
  if (code.family) {
    // The code was used twice, so it may have leaked: revoke the tokens issued for it.
    tokens.revokeWhere((grant) => grant.family === code.family);
    throw invalidGrant('The authorization code is invalid or has expired.');
  }
  if (code.redirectUri !== form.get('redirect_uri'))
    throw invalidGrant(
      "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
    );
  checkVerifier(code.challenge, form.get('code_verifier'));
  code.family = randomSecret(8);
  const { userId, scopes, serverId, authTime, lifetimeMs, family } = code;
  const grant = { clientId: client.clientId, userId, scopes, thumbprint, family };
  return answer(request, { ...grant, serverId, authTime, lifetimeMs }, { nonce: code.nonce });
}

function checkVerifier(challenge: string | undefined, verifier: string | null): void {
  if (!challenge) {
    if (verifier)
      throw invalidRequest(
        'PKCE code challenge should be specified in the authorize request for code verification.',
      );
    return;
  }
  if (!verifier) throw invalidRequest('PKCE code verifier is required by the application.');
  const [actual, expected] = [createHash('sha256').update(verifier).digest('base64url'), challenge].map(
    Buffer.from,
  );
  if (actual?.length !== expected?.length || !timingSafeEqual(actual as Buffer, expected as Buffer))
    throw invalidGrant('PKCE verification failed.');
}

/** A refresh token can be used once; during the leeway it still works, for clients that lost the answer. */
async function refresh(request: Request): Promise<Answer> {
  const { call, issuer, form, client, thumbprint } = request;
  const { tokens, settings, clock } = call.org;
  const known = tokens.refresh(form.get('refresh_token') ?? '');
  if (!known || known.clientId !== client.clientId || known.serverId !== issuer.server?.id)
    throw invalidGrant('The refresh token is invalid or expired.');
  if (known.thumbprint !== thumbprint)
    throw oauthError(400, 'invalid_dpop_proof', 'Invalid DPoP Public Key binding in refresh token');
  if (known.rotated !== undefined && clock.now() > known.rotated + settings.refreshLeewayMs) {
    tokens.revokeWhere((grant) => grant.family === known.family);
    recordTokenEvent('detect_reuse', {
      call,
      client,
      grant: known,
      failure: 'refresh token reused',
    });
    throw invalidGrant('The refresh token is invalid or expired.');
  }
  known.rotated ??= clock.now();
  const asked = form.get('scope')?.split(' ').filter(Boolean);
  const denied = asked?.filter((scope) => !known.scopes.includes(scope)) ?? [];
  if (denied.length > 0)
    throw invalidScope(
      `Some of the scopes were not granted in the original request. Denied scopes: ${denied.join(', ')}.`,
    );
  const { clientId, userId, scopes, family, serverId, authTime, lifetimeMs } = known;
  const grant = { clientId, userId, scopes, family, serverId, authTime, lifetimeMs, thumbprint };
  return answer(request, grant, { accessScopes: asked });
}

/** An access token as the answer to a request has it. */
export async function issueAccessToken(call: Call, issuer: TokenIssuer, grant: Grant, scopes = grant.scopes) {
  const { tokens, settings } = call.org;
  const { lifetimeMs = settings.tokenLifetimeMs, clientId } = grant;
  const access_token = await accessTokenFor(call, issuer, { ...grant, lifetimeMs });
  tokens.addAccess({ ...grant, scopes }, lifetimeMs, access_token);
  recordTokenEvent('grant.access_token', { call, client: { clientId }, grant });
  return {
    token_type: grant.thumbprint ? 'DPoP' : 'Bearer',
    expires_in: Math.floor(lifetimeMs / 1000),
    access_token,
    scope: scopes.join(' '),
  };
}

async function answer(
  request: Request,
  grant: Grant,
  { nonce, accessScopes = grant.scopes }: { nonce?: string; accessScopes?: string[] },
): Promise<Answer> {
  const { call, issuer, client } = request;
  const { tokens, users } = call.org;
  const user = grant.userId === undefined ? undefined : users.get(grant.userId);
  const access = await issueAccessToken(call, issuer, grant, accessScopes);
  const body: Json = { ...access };
  if (grant.scopes.includes('offline_access') && client.grantTypes.includes('refresh_token')) {
    body.refresh_token = tokens.addRefresh(grant).token;
    recordTokenEvent('grant.refresh_token', { call, client, grant });
  }
  if (user && accessScopes.includes('openid')) {
    const { access_token: accessToken } = access;
    const scoped = { ...grant, scopes: accessScopes };
    body.id_token = await idTokenFor(call, issuer, { grant: scoped, user, nonce, accessToken });
    recordTokenEvent('grant.id_token', { call, client, grant });
  }
  const dpopNonce: Record<string, string> = grant.thumbprint ? { 'dpop-nonce': tokens.dpopNonce } : {};
  return {
    status: 200,
    body,
    headers: { 'Cache-Control': 'no-cache, no-store', Pragma: 'no-cache', ...dpopNonce },
  };
}
