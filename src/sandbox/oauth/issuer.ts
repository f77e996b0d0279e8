import { notFound } from '../errors.ts';
import type { Call, Endpoint } from '../http.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { serverOf } from '../policies/authorization-servers.ts';

/** Who issues tokens: the org, or one of its custom authorization servers. */
export interface TokenIssuer {
  /** The `iss` of its tokens. */
  url: string;
  /** URL of its endpoints. */
  base: string;
  /** Undefined for the org. */
  server?: StoredObject;
}

/** The issuer whose endpoint is called. @throws Refusal E0000007 for a server that is inactive or not there. */
export function tokenIssuerOf(call: Call): TokenIssuer {
  const { origin, params } = call;
  const name = params.authServerId;
  if (name === undefined) return { url: origin, base: `${origin}/oauth2/v1` };
  const server = serverOf(call);
  if (server.body.status !== 'ACTIVE') throw notFound(name, 'AuthorizationServer');
  const url = `${origin}/oauth2/${server.body.default === true ? 'default' : server.id}`;
  return { url, base: `${url}/v1`, server };
}

/** The same endpoint of the org and of custom authorization servers. */
export function ofEveryIssuer(
  method: Endpoint['method'],
  name: string,
  handle: Endpoint['handle'],
  scope?: string,
): Endpoint[] {
  const bases = ['/oauth2/v1', '/oauth2/:authServerId/v1'];
  return bases.map((base) => ({ method, path: `${base}/${name}`, scope, handle }));
}
