import { notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, ok } from '../http.ts';
import { openIdMetadata } from '../oauth/metadata.ts';
import { serverOf } from './authorization-servers.ts';

/** What a custom authorization server says about itself; RFC 8414 puts its name behind the well-known part. */
export const serverMetadataEndpoints: Endpoint[] = [
  '/oauth2/:authServerId/.well-known/openid-configuration',
  '/oauth2/:authServerId/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/oauth2/:authServerId',
].map((path) => ({ method: 'GET', path, handle: metadata }));

function metadata(call: Call): Answer {
  const { org, origin, params } = call;
  const name = params.authServerId as string;
  const { id, list, body } = serverOf(call);
  if (body.status !== 'ACTIVE') throw notFound(name, 'AuthorizationServer');
  const scopes = [...org.objects.of(`${list}/${id}/scopes`)]
    .filter((one) => one.body.metadataPublish === 'ALL_CLIENTS')
    .map((one) => String(one.body.name));
  const issuer = `${origin}/oauth2/${body.default === true ? 'default' : id}`;
  return ok(openIdMetadata(issuer, `${issuer}/v1`, scopes));
}
