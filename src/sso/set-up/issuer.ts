import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import {
  authorizationServer,
  authorizationServerSchema,
} from '../../resources/authorization-server/resource.ts';
import { resolvedId } from '../../resources/reference.ts';

/** OpenID metadata, as far as relying parties need them. */
const discovery = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  userinfo_endpoint: z.string().nullish(),
  end_session_endpoint: z.string().nullish(),
  scopes_supported: z.array(z.string()).nullish(),
});

/** Who issues the tokens. */
export interface Issuer {
  /** Id of the custom authorization server; undefined for that of the org. */
  serverId: string | undefined;
  metadata: z.output<typeof discovery>;
  metadataUrl: string;
  /** Why it is the org's although another one was asked for. */
  fallBack: string | undefined;
}

const ORG = '/.well-known/openid-configuration';
const server = '/api/v1/authorizationServers/{authServerId}';

/** Requests that finding an issuer may send. */
export const ISSUER_CALLS = [
  `GET ${ORG}`,
  `GET /oauth2/{authServerId}${ORG}`,
  `GET ${server}`,
  'GET /api/v1/authorizationServers',
] as const;

/**
 * The issuer and its metadata, as it tells them itself. Where the org lacks custom authorization servers, or the one asked for does
 * not answer, it is the org.
 * @param wanted `org`, or the id or name of a custom authorization server.
 * @throws OktaError `not_found` for a name that no server has.
 */
export async function issuerOf(context: ActionContext, wanted: string): Promise<Issuer> {
  if (wanted === 'org') return org(context, undefined);
  const found = await customServer(context, wanted);
  if ('missing' in found) return org(context, found.missing);
  const params = { authServerId: found.name };
  try {
    const path = `/oauth2/{authServerId}${ORG}`;
    const { json } = await context.call({ method: 'GET', path, params, answer: discovery });
    const metadataUrl = `${context.orgUrl}/oauth2/${found.name}${ORG}`;
    return { serverId: found.id, metadata: json, metadataUrl, fallBack: undefined };
  } catch (error) {
    if (!isOktaError(error) || (error.status !== 404 && error.code !== 'feature_unavailable')) throw error;
    return org(context, `The authorization server ${wanted} does not answer with its metadata.`);
  }
}

async function org(context: ActionContext, fallBack: string | undefined): Promise<Issuer> {
  const { json } = await context.call({ method: 'GET', path: ORG, answer: discovery });
  return { serverId: undefined, metadata: json, metadataUrl: `${context.orgUrl}${ORG}`, fallBack };
}

async function customServer(
  context: ActionContext,
  wanted: string,
): Promise<{ id: string; name: string } | { missing: string }> {
  try {
    // In paths, `default` is another name of the default server.
    const authServerId =
      wanted === 'default' ? wanted : await resolvedId(context, authorizationServer, wanted);
    const answer = needsOf(authorizationServerSchema);
    const { json } = await context.call({ method: 'GET', path: server, params: { authServerId }, answer });
    if (json.status === 'INACTIVE') return { missing: `The authorization server ${wanted} is inactive.` };
    return { id: json.id, name: json.default === true ? 'default' : json.id };
  } catch (error) {
    if (!isOktaError(error)) throw error;
    if (error.code === 'feature_unavailable') {
      return { missing: 'The org has no API Access Management, so it has no custom authorization servers.' };
    }
    if (error.code === 'not_found' && wanted === 'default') {
      return { missing: 'The org has no default authorization server.' };
    }
    throw error;
  }
}
