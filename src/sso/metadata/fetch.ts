import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { InputError, isOktaError, OktaError } from '../../errors/errors.ts';
import { parseUrl } from '../../text/url.ts';
import { isLoopbackAddress, isPublicAddress } from './address.ts';
import { MAX_METADATA_BYTES } from './document.ts';

const TIMEOUT_MS = 15_000;

export interface GuardedOptions {
  /** Whether this machine may be asked, even without TLS: an org on this machine, a sandbox, has its applications there. */
  allowLoopback: boolean;
  signal?: AbortSignal;
}

/** A request to a host that is not the org. */
interface GuardedRequest extends GuardedOptions {
  /** What is there, for errors: `SAML metadata`. */
  what: string;
  /** What else can be done, for errors: `paste the XML`. */
  instead: string;
  headers: Record<string, string>;
  /** Makes it a POST. */
  body?: string;
}

/** What a host answered, whatever the status; header names are in lower case. */
interface GuardedAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/**
 * Reads SAML metadata from a URL: see {@link guardedRequest}.
 * @throws InputError for a URL that is refused; OktaError `target_unavailable` or `target_refused` for what the host answers.
 */
export async function fetchMetadata(given: string, options: GuardedOptions): Promise<string> {
  const headers = { accept: 'application/samlmetadata+xml, application/xml, text/xml' };
  const words = { what: 'SAML metadata', instead: 'paste the XML' };
  const { status, text } = await guardedRequest(given, { ...options, ...words, headers });
  if (status === 200) return text;
  throw new OktaError(`${new URL(given).host} answered ${status} to the request for SAML metadata`, {
    ...{ code: 'target_refused', actor: 'caller', status, retryable: status >= 500 },
    hint: 'Check the URL in a browser, or paste the XML.',
  });
}

/**
 * Sends one request to a URL that somebody gave: over https, to a public address, without redirects, at most 1 MiB back. The
 * address is checked where the connection is made, so a name that changes its address in between gains nothing. No credential
 * of the connection is sent.
 * @throws InputError for a URL that is refused; OktaError `target_unavailable` without an answer, `target_refused` for one that
 *   is too long, `redirect_refused`.
 */
export async function guardedRequest(given: string, request: GuardedRequest): Promise<GuardedAnswer> {
  const { allowLoopback, signal, headers, body } = request;
  const url = guardedUrl(given, request);
  const isAllowed = (address: string) =>
    isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address));
  const { Agent, request: send } = await import('undici');
  const lookup = guarded(isAllowed, () => refusedUrl(request, ...PRIVATE));
  const agent = new Agent({ connect: { lookup }, connections: 1 });
  const over = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]);
  try {
    const method = body === undefined ? 'GET' : 'POST';
    const answer = await send(url, { dispatcher: agent, method, headers, body, signal: over });
    // Without a listener, an answer that is not read to its end would end the process.
    answer.body.on('error', () => {});
    const { statusCode: status } = answer;
    if (status >= 300 && status < 400) throw redirected(url, request, status, answer.headers.location);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_METADATA_BYTES) throw tooLong(url, request);
      chunks.push(chunk);
    }
    const lines = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
    return { status, headers: Object.fromEntries(lines), text: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    signal?.throwIfAborted();
    throw isOktaError(error) ? error : unavailable(url, request, error as NodeJS.ErrnoException);
  } finally {
    agent.destroy().catch(() => {});
  }
}

/** How errors name what was asked for. */
type Words = Pick<GuardedRequest, 'what' | 'instead'>;

/** Checks a URL before anything is sent. @throws InputError */
function guardedUrl(given: string, { allowLoopback, ...words }: Words & GuardedOptions): URL {
  const url = parseUrl(given);
  if (!url) throw refusedUrl(words, 'is not a URL', `Give all of it, with https://, or ${words.instead}.`);
  if (url.username || url.password) {
    throw refusedUrl(words, 'contains a user name or password', `Remove them, or ${words.instead}.`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isHere = isLoopbackAddress(host) || /(^|\.)localhost\.?$/i.test(host);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere && allowLoopback)) {
    throw refusedUrl(words, `starts with ${url.protocol}//`, `Use https://, or ${words.instead}.`);
  }
  if (
    (isIP(host) !== 0 && !isPublicAddress(host) && !(isHere && allowLoopback)) ||
    (isHere && !allowLoopback)
  ) {
    throw refusedUrl(words, ...PRIVATE);
  }
  return url;
}

const PRIVATE = [
  'leads to a private address',
  'It is not fetched, so that nobody reaches inner systems through it',
] as const;

/** Resolves a name, and fails if any of its addresses is not allowed. */
const guarded =
  (isAllowed: (address: string) => boolean, refusal: () => Error): LookupFunction =>
  (hostname, options, done) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '');
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isAllowed(address))) return done(refusal(), '');
      if (options.all) return done(null, addresses);
      done(null, first.address, first.family);
    });

function refusedUrl({ what, instead }: Words, problem: string, hint: string): InputError {
  return new InputError(`The URL of the ${what} ${problem}`, {
    hint: hint.endsWith('.') ? hint : `${hint}: ${instead}.`,
  });
}

function redirected(url: URL, { what, instead }: Words, status: number, location: unknown): OktaError {
  const to = typeof location === 'string' ? parseUrl(location, url.href) : null;
  const where = to ? `, a redirect to ${to.host}` : '';
  return new OktaError(`${url.host} answered ${status} to the request for ${what}${where}`, {
    ...{ code: 'redirect_refused', actor: 'caller', status },
    hint: `Redirects are not followed: give the final URL, or ${instead}.`,
  });
}

function tooLong(url: URL, { what, instead }: Words): OktaError {
  return new OktaError(`${url.host} sends more than ${MAX_METADATA_BYTES} bytes of ${what}`, {
    ...{ code: 'target_refused', actor: 'caller' },
    hint: `Check the URL, or ${instead}, only the part that is needed.`,
  });
}

function unavailable(url: URL, { what, instead }: Words, error: NodeJS.ErrnoException): OktaError {
  const { cause, name } = error;
  if (isOktaError(cause)) return cause;
  const why =
    name === 'TimeoutError' ? `no complete answer within ${TIMEOUT_MS / 1000} s` : (error.code ?? name);
  return new OktaError(`The ${what} at ${url.host} cannot be read (${why})`, {
    ...{ code: 'target_unavailable', actor: 'target', retryable: true },
    hint: `Check the URL and the certificate of the host, or ${instead}.`,
  });
}
