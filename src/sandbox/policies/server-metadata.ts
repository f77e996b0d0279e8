import { type Answer, type Call, type Endpoint, ok } from '../http.ts';
import { tokenIssuerOf } from '../oauth/issuer.ts';
import { openIdMetadata, serverMetadata } from '../oauth/metadata.ts';

const openId = '/.well-known/openid-configuration';
const oauth = '/.well-known/oauth-authorization-server';

/** What a custom authorization server says about itself; RFC 8414 puts its name behind the well-known part. */
export const serverMetadataEndpoints: Endpoint[] = [
  { method: 'GET', path: `/oauth2/:authServerId${openId}`, handle: (call) => metadata(call, openIdMetadata) },
  ...[`/oauth2/:authServerId${oauth}`, `${oauth}/oauth2/:authServerId`].map(
    (path): Endpoint => ({ method: 'GET', path, handle: (call) => metadata(call, serverMetadata) }),
  ),
];

function metadata(call: Call, describe: (...of: Parameters<typeof openIdMetadata>) => object): Answer {
  const issuer = tokenIssuerOf(call);
  const { id, list } = issuer.server as NonNullable<typeof issuer.server>;
  const scopes = [...call.org.objects.of(`${list}/${id}/scopes`)]
    .filter((one) => one.body.metadataPublish === 'ALL_CLIENTS')
    .map((one) => String(one.body.name));
  return ok(describe(call, issuer, scopes));
}
