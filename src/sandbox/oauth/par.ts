import type { Answer, Call, Endpoint } from '../http.ts';
import { checkRequest, redirectsTo } from './authorize-request.ts';
import { authenticateClient, formOf } from './client-auth.ts';
import { invalidRequest } from './errors.ts';
import { ofEveryIssuer, tokenIssuerOf } from './issuer.ts';
import { pushedLifetimeMs } from './token-store.ts';

/** Authorization requests that clients push before they send people with a reference to them. */
export const parEndpoints: Endpoint[] = ofEveryIssuer('POST', 'par', push);

const credentials = ['client_secret', 'client_assertion', 'client_assertion_type'];

async function push(call: Call): Promise<Answer> {
  const issuer = tokenIssuerOf(call);
  const form = formOf(call);
  if (form.has('request_uri'))
    throw invalidRequest("The 'request_uri' parameter must not be present in the request.");
  const client = await authenticateClient(call, form);
  if (!redirectsTo(client, form.get('redirect_uri') ?? ''))
    throw invalidRequest(
      "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
    );
  const asked = new URLSearchParams([...form].filter(([name]) => !credentials.includes(name)));
  asked.set('client_id', client.clientId);
  checkRequest(call, issuer, client, asked);
  const request_uri = call.org.tokens.push(asked);
  const headers = { 'Cache-Control': 'no-cache, no-store' };
  return { status: 201, body: { request_uri, expires_in: pushedLifetimeMs / 1000 }, headers };
}
