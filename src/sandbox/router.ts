import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { appEndpoints } from './apps/apps.ts';
import { assignmentEndpoints } from './apps/assignments.ts';
import { areas } from './areas.ts';
import { anonymous, authenticate } from './authenticate.ts';
import { oktaError, Refusal } from './errors.ts';
import { hookEndpoints } from './hooks/hooks.ts';
import type { Answer, Endpoint } from './http.ts';
import { isObject } from './json.ts';
import { endpointsOf } from './kinds/endpoints.ts';
import { authorizeEndpoints } from './oauth/authorize.ts';
import { logoutEndpoints } from './oauth/logout.ts';
import { metadataEndpoints } from './oauth/metadata.ts';
import { parEndpoints } from './oauth/par.ts';
import { tokenManagementEndpoints } from './oauth/revoke.ts';
import { tileEndpoints } from './oauth/tile.ts';
import { tokenEndpoints } from './oauth/token.ts';
import { userinfoEndpoints } from './oauth/userinfo.ts';
import type { Org } from './org.ts';
import { readBody } from './request-body.ts';
import { roleEndpoints } from './roles/roles.ts';
import { samlLogoutEndpoints } from './saml/slo.ts';
import { samlEndpoints } from './saml/sso.ts';
import { schemaEndpoints } from './schemas/schemas.ts';
import { userTypeEndpoints } from './schemas/user-types.ts';
import { signInEndpoints } from './sign-in/endpoints.ts';
import { logEndpoints } from './system-log/logs.ts';
import { authnEndpoints } from './users/authn.ts';
import { credentialEndpoints } from './users/credentials.ts';
import { lifecycleEndpoints } from './users/lifecycle.ts';
import { userRelationEndpoints } from './users/relations.ts';
import { userEndpoints } from './users/users.ts';

/** All endpoints of the org, in matching order. */
export const endpoints: readonly Endpoint[] = [
  ...userEndpoints,
  ...lifecycleEndpoints,
  ...credentialEndpoints,
  ...authnEndpoints,
  ...signInEndpoints,
  // Before SAML: that takes the tiles of every name.
  ...tileEndpoints,
  ...samlEndpoints,
  ...samlLogoutEndpoints,
  ...userRelationEndpoints,
  ...roleEndpoints,
  ...appEndpoints,
  ...assignmentEndpoints,
  ...areas.flatMap(({ endpoints = [], kinds = [] }) => [...endpoints, ...kinds.flatMap(endpointsOf)]),
  // After the areas: a schema id would match linkedObjects.
  ...schemaEndpoints,
  ...userTypeEndpoints,
  ...logEndpoints,
  ...hookEndpoints,
  ...authorizeEndpoints,
  ...parEndpoints,
  ...tokenEndpoints,
  ...tokenManagementEndpoints,
  ...userinfoEndpoints,
  ...logoutEndpoints,
  ...metadataEndpoints,
];

/** The bindings of a request. */
export type Exchange = HttpBindings & { org: Org; requestId: string };

/** The router of the org's endpoints. */
export function createRouter(): Hono<{ Bindings: Exchange }> {
  const router = new Hono<{ Bindings: Exchange }>({
    getPath: (request) => servedPath(new URL(request.url).pathname),
  });
  for (const endpoint of endpoints)
    router.on(endpoint.method, endpoint.path, async (c) => {
      try {
        return respond(c.env, await handle(endpoint, c.req.raw, c.env, c.req.param()));
      } catch (error) {
        return respond(c.env, refused(error));
      }
    });
  router.notFound((c) => respond(c.env, unknownPath(servedPath(new URL(c.req.url).pathname))));
  return router;
}

/**
 * The path as Okta's server reads it: cut at a semicolon, with encoded slashes decoded, and without a trailing slash (n8n's
 * own node sends one when it lists users).
 */
export function servedPath(pathname: string): string {
  const [path = ''] = pathname.split(/;|%3b/i);
  return path.replace(/%2f/gi, '/').replace(/(?<=.)\/$/, '');
}

async function handle(
  endpoint: Endpoint,
  request: Request,
  exchange: Exchange,
  params: Record<string, string>,
) {
  const { org, requestId, incoming } = exchange;
  const url = new URL(request.url);
  const { method, headers } = request;
  const presented = { org, origin: url.origin, method, path: decodeURIComponent(url.pathname), headers };
  const { scope } = endpoint;
  const principal = scope === undefined ? anonymous : await authenticate({ ...presented, scope });
  if (lacks(org, servedPath(url.pathname))) throw oktaError('E0000015');
  return endpoint.handle({
    ...presented,
    path: url.pathname,
    params,
    query: url.searchParams,
    search: url.search,
    body: await readBody(request, endpoint),
    principal,
    requestId,
    ipAddress: incoming.socket.remoteAddress ?? '127.0.0.1',
  });
}

/** Whether a path belongs to a feature that the org lacks. */
function lacks({ settings: { missingFeatures } }: Org, path: string): boolean {
  if (missingFeatures === '') return false;
  return missingFeatures
    .split(',')
    .some((feature) => new RegExp(`^${feature.replace(/\{\w+\}/g, '[^/]+')}(/|$)`).test(path));
}

function respond({ outgoing, incoming }: Exchange, { status, body, headers, links }: Answer): Response {
  const lines = Object.entries(links ?? {}).flatMap(([rel, href]) =>
    href ? [`<${href}>; rel="${rel}"`] : [],
  );
  // An array becomes one header line per link, as Okta sends them; a Headers object would join them.
  if (lines.length > 0) outgoing.setHeader('Link', lines);
  // Okta doesn't count requests for methods and features that are not there.
  if (isObject(body) && uncounted.has(String(body.errorCode)))
    for (const name of ['Limit', 'Remaining', 'Reset']) outgoing.removeHeader(`X-Rate-Limit-${name}`);
  const type: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' };
  if (body !== undefined && looksLikeFile(incoming.url ?? ''))
    type['Content-Disposition'] = 'inline;filename=f.txt';
  const text = typeof body === 'string' || body === undefined ? (body ?? null) : JSON.stringify(body);
  return new Response(text, { status, headers: { ...type, ...headers } });
}

const uncounted = new Set(['E0000015', 'E0000022']);

/** Whether a path of the API ends in an extension, as a login with `.com` does. Okta sends the JSON as a file then. */
function looksLikeFile(url: string): boolean {
  return /^\/api\/[^?]*\.\w+(\?|$)/.test(url);
}

function refused(error: unknown): Answer {
  if (error instanceof Refusal) return error;
  // A bug in the sandbox: include the stack, so that it can be reported.
  const { status, body } = oktaError('E0000009', '', [
    error instanceof Error ? `${error.stack}` : String(error),
  ]);
  return { status, body };
}

const patterns = endpoints.map(({ path }) => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`));

function unknownPath(path: string): Answer {
  if (patterns.some((pattern) => pattern.test(path))) return refused(oktaError('E0000022'));
  if (path.startsWith('/api/')) return refused(oktaError('E0000008'));
  const body =
    '<!DOCTYPE html><html><head><title>Page not found</title></head><body><h1>404</h1></body></html>';
  return { status: 404, body, headers: { 'Content-Type': 'text/html;charset=utf-8' } };
}
