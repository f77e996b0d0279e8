import * as oauth from 'oauth4webapi';
import { isLoopback } from '../../auth/org-url.ts';
import { fetchResponse } from '../../auth/token-endpoint.ts';
import type { ActionContext } from '../../define.ts';
import { InputError, isOktaError, OktaError } from '../../errors/errors.ts';
import { dateOf } from '../../http/rate-headers.ts';
import { isRecord } from '../../schema/record.ts';
import { parseUrl } from '../../text/url.ts';
import { guardedRequest } from '../metadata/fetch.ts';
import { inOwnWords } from './refusals.ts';

/** Requests that reading an issuer at the org may send. */
export const DISCOVERY_CALLS = [
  'GET /.well-known/openid-configuration',
  'GET /oauth2/{authServerId}/.well-known/openid-configuration',
  'GET /.well-known/okta-organization',
] as const;

/** How long the metadata of an issuer are used. The library keeps its keys just as long, and asks again for one it lacks. */
const METADATA_MS = 5 * 60_000;

/** An issuer as it is asked: options for the library, and what its answers tell. */
export interface IssuerAccess {
  options: {
    [oauth.customFetch]: (url: string, init: Init) => Promise<Response>;
    [oauth.allowInsecureRequests]: boolean;
  };
  /** The clock of the issuer minus this one in milliseconds, by the last answer that had a date. */
  aheadMs: number | undefined;
}

type Init = oauth.CustomFetchOptions<'GET' | 'POST', URLSearchParams | undefined>;

/** Asks an issuer: the org itself as its API is asked, without the credential; any other one through the guarded reader. */
export function accessTo(context: ActionContext): IssuerAccess {
  const { orgUrl, clock, signal } = context;
  const allowLoopback = isLoopback(orgUrl);
  const access: IssuerAccess = {
    options: { [oauth.customFetch]: send, [oauth.allowInsecureRequests]: allowLoopback },
    aheadMs: undefined,
  };
  const words = { what: 'answers of the issuer', instead: 'use an issuer that this machine may ask' };

  async function send(url: string, { method, headers: all, body }: Init): Promise<Response> {
    // The library names itself there.
    const { 'user-agent': _, ...headers } = all;
    const { origin, pathname, search } = new URL(url);
    if (method === 'POST' && origin !== orgUrl) await context.announce({ method, path: pathname });
    const answer =
      origin === orgUrl
        ? await context.unsigned({ method, path: pathname + search, headers, form: body })
        : await guardedRequest(url, {
            ...words,
            headers,
            body: body?.toString(),
            allowLoopback,
            signal,
          }).catch((error) => {
            throw method === 'POST' ? notKnown(error) : error;
          });
    const date = dateOf(answer.headers);
    access.aheadMs = date === undefined ? access.aheadMs : date - clock.now();
    return fetchResponse(answer);
  }
  return access;
}

/** A code works once: without an answer, nobody knows whether it still does. */
function notKnown(error: unknown): unknown {
  if (!isOktaError(error) || !error.retryable) return error;
  return error.with({ code: 'outcome_unknown', retryable: false, hint: 'Begin the sign-in again.' });
}

/**
 * The metadata of an issuer, whose name must be exactly what it says itself.
 * @throws InputError for a URL that is none of an issuer; OktaError that says what is there instead.
 */
export async function issuerAt(
  context: ActionContext,
  issuer: string,
  { options }: IssuerAccess,
): Promise<oauth.AuthorizationServer> {
  const { clock, memory } = context;
  const key = `issuer ${issuer}`;
  const known = memory.get(key) as { as: oauth.AuthorizationServer; until: number } | undefined;
  if (known && known.until > clock.now()) return known.as;
  const url = issuerUrl(issuer);
  const as = await inOwnWords({ signal: context.signal }, async () => {
    const response = await oauth.discoveryRequest(url, options);
    if ([401, 403, 404].includes(response.status)) throw await nobodyThere(url, response.status, options);
    return oauth.processDiscoveryResponse(url, response).catch((error) => {
      const said = isRecord(error.cause?.body) ? error.cause.body.issuer : undefined;
      throw typeof said === 'string' ? otherIssuer(issuer, said) : error;
    });
  });
  // The library compares as URLs, but whose accounts are linked with one spelling are not found with another.
  if (as.issuer !== issuer) throw otherIssuer(issuer, as.issuer);
  memory.set(key, { as, until: clock.now() + METADATA_MS });
  return as;
}

const ADMIN = /-admin(?=\.(okta|oktapreview|okta-emea|okta-gov)\.com$)/;

function issuerUrl(issuer: string): URL {
  const url = parseUrl(issuer);
  if (url?.search !== '' || url.hash !== '') {
    throw new InputError('The issuer is not the URL of one', {
      hint: 'Give it as https://acme.okta.com or https://acme.okta.com/oauth2/default; leave it out for the org.',
    });
  }
  if (ADMIN.test(url.hostname)) {
    throw new InputError(`${url.host} is the Admin Console, which signs nobody in elsewhere`, {
      hint: `Use ${issuer.replace(url.hostname, url.hostname.replace(ADMIN, ''))}.`,
    });
  }
  return url;
}

/** Some domains point at Okta, but have another issuer set. */
function otherIssuer(given: string, said: string): OktaError {
  const isSlash = given.replace(/\/$/, '') === said.replace(/\/$/, '');
  return new OktaError(`The issuer is ${said}, not ${given}`, {
    ...{ code: 'sign_in_refused', actor: 'caller' },
    hint: isSlash
      ? `Give ${said}, character by character: the tokens have it so.`
      : `Give ${said}, or set the issuer of the authorization server ("Issuer", in the Admin Console) to the custom URL or to dynamic. Accounts are linked with the issuer: change it before people sign in.`,
  });
}

/** Says what is at the host of an issuer that does not answer. */
async function nobodyThere(
  { origin, host, pathname }: URL,
  status: number,
  { [oauth.customFetch]: ask }: IssuerAccess['options'],
) {
  const init = {
    method: 'GET',
    headers: { accept: 'application/json' },
    body: undefined,
    redirect: 'manual',
  } as const;
  const org = await ask(`${origin}/.well-known/okta-organization`, init)
    .then((answer) => (answer.ok ? answer.json() : undefined))
    .catch(() => undefined);
  const server = /^\/oauth2\/([^/]+)\/?$/.exec(pathname)?.[1];
  const links = isRecord(org) && isRecord(org._links) ? org._links : {};
  const hosts = [links.organization, links.alternate].flatMap((link) =>
    isRecord(link) && typeof link.href === 'string' ? [link.href] : [],
  );
  if (org && server !== undefined) {
    return new OktaError(`The org at ${host} has no authorization server ${server} (${status})`, {
      ...{ code: 'not_found', actor: 'caller', status },
      hint: `Without API Access Management, an org has no servers of its own, not even default: use ${origin}, or leave the issuer out.`,
    });
  }
  return new OktaError(`${host}${pathname} is no issuer (${status})`, {
    ...{ code: 'not_found', actor: 'caller', status },
    hint: org
      ? `An Okta org is there: use ${hosts.length > 0 ? hosts.join(' or ') : origin}.`
      : 'No Okta org is there either. Give the URL at which people sign in, not a page of the application or of the Admin Console.',
  });
}
