import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { InputError, isOktaError, OktaError } from '../../errors/errors.ts';
import { isLoopbackAddress, isPublicAddress } from './address.ts';
import { MAX_METADATA_BYTES } from './document.ts';

const TIMEOUT_MS = 15_000;

export interface MetadataFetch {
  /** Whether this machine may be asked, even without TLS: an org on this machine, a sandbox, has its applications there. */
  allowLoopback: boolean;
  signal?: AbortSignal;
}

/**
 * Reads SAML metadata from a URL: over https, from a public address, without redirects, at most 1 MiB. The address is checked
 * where the connection is made, so a name that changes its address in between gains nothing. No credential is sent.
 * @throws InputError for a URL that is refused; OktaError `target_unavailable` or `target_refused` for what the host answers.
 */
export async function fetchMetadata(
  given: string,
  { allowLoopback, signal }: MetadataFetch,
): Promise<string> {
  const url = metadataUrl(given, allowLoopback);
  const isAllowed = (address: string) =>
    isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address));
  const { Agent, request } = await import('undici');
  const agent = new Agent({ connect: { lookup: guarded(isAllowed) }, connections: 1 });
  const over = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]);
  try {
    const headers = { accept: 'application/samlmetadata+xml, application/xml, text/xml' };
    const {
      statusCode,
      headers: answered,
      body,
    } = await request(url, { dispatcher: agent, headers, signal: over });
    // Without a listener, an answer that is not read to its end would end the process.
    body.on('error', () => {});
    if (statusCode !== 200) throw refusedBy(url, statusCode, answered.location);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_METADATA_BYTES) throw tooLong(url);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    signal?.throwIfAborted();
    throw isOktaError(error) ? error : unavailable(url, error as NodeJS.ErrnoException);
  } finally {
    agent.destroy().catch(() => {});
  }
}

/** Checks a URL before anything is sent. @throws InputError */
function metadataUrl(given: string, allowLoopback: boolean): URL {
  const url = URL.parse(given);
  if (!url) throw refusedUrl('is not a URL', 'Give it as https://app.acme.test/saml/metadata.');
  if (url.username || url.password) {
    throw refusedUrl('contains a user name or password', 'Remove them, or paste the XML instead.');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isHere = isLoopbackAddress(host) || /(^|\.)localhost\.?$/i.test(host);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere && allowLoopback)) {
    throw refusedUrl(`starts with ${url.protocol}//`, 'Use https://, or paste the XML instead.');
  }
  if (
    (isIP(host) !== 0 && !isPublicAddress(host) && !(isHere && allowLoopback)) ||
    (isHere && !allowLoopback)
  ) {
    throw refusedUrl(...PRIVATE);
  }
  return url;
}

const PRIVATE = [
  'leads to a private address',
  'It is not fetched, so that nobody reaches inner systems through it. Paste the XML instead.',
] as const;

/** Resolves a name, and fails if any of its addresses is not allowed. */
const guarded =
  (isAllowed: (address: string) => boolean): LookupFunction =>
  (hostname, options, done) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '');
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isAllowed(address))) {
        return done(refusedUrl(...PRIVATE) as Error, '');
      }
      if (options.all) return done(null, addresses);
      done(null, first.address, first.family);
    });

function refusedUrl(what: string, hint: string): InputError {
  return new InputError(`The URL of the SAML metadata ${what}`, { hint });
}

function refusedBy(url: URL, status: number, location: unknown): OktaError {
  const to = typeof location === 'string' ? URL.parse(location, url.href) : null;
  const isRedirect = status >= 300 && status < 400;
  return new OktaError(
    `${url.host} answered ${status} to the request for SAML metadata${isRedirect && to ? `, a redirect to ${to.host}` : ''}`,
    {
      ...{ code: isRedirect ? 'redirect_refused' : 'target_refused', actor: 'caller', status },
      retryable: status >= 500,
      hint: isRedirect
        ? 'Redirects are not followed: give the final URL, or paste the XML.'
        : 'Check the URL in a browser, or paste the XML.',
    },
  );
}

function tooLong(url: URL): OktaError {
  return new OktaError(`${url.host} sends more than ${MAX_METADATA_BYTES} bytes of SAML metadata`, {
    ...{ code: 'target_refused', actor: 'caller' },
    hint: 'Paste the part of the XML that describes the application.',
  });
}

function unavailable(url: URL, error: NodeJS.ErrnoException): OktaError {
  const { cause, name } = error;
  if (isOktaError(cause)) return cause;
  const why =
    name === 'TimeoutError' ? `no complete answer within ${TIMEOUT_MS / 1000} s` : (error.code ?? name);
  return new OktaError(`The SAML metadata at ${url.host} cannot be read (${why})`, {
    ...{ code: 'target_unavailable', actor: 'target', retryable: true },
    hint: 'Check the URL and the certificate of the host, or paste the XML.',
  });
}
