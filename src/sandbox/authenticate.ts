import { oktaError, Refusal } from './errors.ts';
import { DpopError, verifyProof } from './oauth/dpop.ts';
import { clientParty } from './oauth/token-events.ts';
import type { AccessToken } from './oauth/token-store.ts';
import type { Org } from './org.ts';
import type { Principal } from './principal.ts';
import { userParty } from './system-log/parties.ts';

interface Presented {
  org: Org;
  origin: string;
  method: string;
  path: string;
  headers: Headers;
  /** The OAuth scopes the endpoint requires, separated by a space. */
  scope: string;
}

export type Scheme = 'SSWS' | 'Bearer' | 'DPoP';

export const anonymous: Principal = {
  actor: { id: 'unknown', type: 'User', alternateId: 'unknown', displayName: 'unknown', detailEntry: null },
};

export function schemeOf(headers: Headers): Scheme | null {
  const scheme = headers.get('authorization')?.split(' ')[0]?.toLowerCase();
  return schemes.find((known) => known.toLowerCase() === scheme) ?? null;
}

const schemes: Scheme[] = ['SSWS', 'Bearer', 'DPoP'];

/** Checks the credential, its scopes and the caller's role, in the order in which Okta does. */
export async function authenticate(presented: Presented): Promise<Principal> {
  const { org, headers, method } = presented;
  const scheme = schemeOf(headers);
  const token = headers.get('authorization')?.split(' ')[1] ?? '';
  const principal = scheme === 'SSWS' ? apiToken(org, token) : await accessToken(presented, scheme, token);
  if (method !== 'GET' && org.settings.role === 'READ_ONLY_ADMIN') throw oktaError('E0000006');
  return principal;
}

/** An API token is valid while the administrator who created it is active. */
function apiToken(org: Org, token: string): Principal {
  const admin = org.users.get(org.adminId);
  const tokenId = org.tokens.apiTokenId(token);
  if (tokenId === undefined || admin?.status !== 'ACTIVE') throw oktaError('E0000011');
  return { actor: userParty(admin), userId: admin.id, tokenId };
}

async function accessToken(presented: Presented, scheme: Scheme | null, token: string): Promise<Principal> {
  const { org, origin, scope, path } = presented;
  if (scheme === null) throw oktaError('E0000011');
  const access = org.tokens.access(token);
  // Tokens of custom authorization servers are for their own userinfo endpoint, not for the API.
  if (!access || (access.serverId !== undefined && !path.endsWith('/v1/userinfo')))
    throw invalidToken(scheme, origin, 'The token is invalid or expired.');
  await checkBinding(presented, scheme, access);
  if (!scope.split(' ').every((one) => access.scopes.includes(one))) {
    const facts = [
      `authorization_uri="${origin}/oauth2/v1/authorize"`,
      `realm="${origin}"`,
      `scope="${scope}"`,
      'error="insufficient_scope"',
      'error_description="The access token provided does not contain the required scopes."',
      `resource="${path}"`,
    ];
    throw new Refusal(403, undefined, { 'WWW-Authenticate': `${scheme} ${facts.join(', ')}` });
  }
  return principalOf(org, access);
}

async function checkBinding(
  { org, headers, method, origin, path }: Presented,
  scheme: Scheme,
  access: AccessToken,
) {
  if (scheme === 'Bearer') {
    if (access.thumbprint) throw invalidToken('DPoP', origin, 'The access token is bound to a DPoP key.');
    return;
  }
  if (!access.thumbprint) throw invalidToken('DPoP', origin, 'The presented access_token is not DPoP bound.');
  try {
    const thumbprint = await verifyProof(org, headers.get('dpop'), {
      method,
      url: `${origin}${path}`,
      accessToken: access.token,
    });
    if (thumbprint !== access.thumbprint)
      throw new DpopError('The access_token is not bound to the provided DPoP proof.');
  } catch (error) {
    if (!(error instanceof DpopError)) throw error;
    const challenge = `DPoP error="invalid_dpop_proof", error_description="${error.message}"`;
    throw new Refusal(400, undefined, { 'WWW-Authenticate': challenge });
  }
}

function invalidToken(scheme: Scheme, origin: string, description: string): Refusal {
  const challenge = `${scheme} realm="${origin}", error="invalid_token", error_description="${description}"`;
  const { status, body } = oktaError('E0000011');
  return new Refusal(status, body, { 'WWW-Authenticate': challenge });
}

function principalOf(org: Org, access: AccessToken): Principal {
  const { clientId, userId } = access;
  const user = userId === undefined ? undefined : org.users.get(userId);
  if (user) return { actor: userParty(user), userId, clientId };
  return { actor: clientParty(org, clientId), clientId };
}
