import pRetry from 'p-retry';
import { isLoopback } from '../../auth/org-url.ts';
import { InputError, isOktaError, OktaError, type OktaErrorOptions } from '../../errors/errors.ts';
import { systemClock } from '../../http/clock.ts';
import type { Clock, Method } from '../../http/types.ts';
import { CERTIFICATE, type Incoming, TransportError, type Wire } from '../../http/wire.ts';
import { parseUrl } from '../../text/url.ts';

export interface TargetHttpOptions {
  url: URL;
  /** How messages name the other side: `The SCIM server`. */
  name: string;
  /** Masked in every error. */
  secrets: readonly string[];
  clock?: Clock;
}

export interface TargetRequest {
  method: Method;
  /** Path and query as sent; on the host of the target. */
  path: string;
  /** For messages, without values. */
  template: string;
  /** Called for each try. */
  headers: () => Record<string, string>;
  body?: string;
  /** False: it is not repeated once the other side may have executed it. */
  isRepeatable: boolean;
  /** The first included. */
  tries: number;
  signal?: AbortSignal;
}

export interface TargetAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** A group with 100,000 members. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const ATTEMPT_MS = 30_000;
/** Longest pause between two tries; a longer one that the other side asks for ends the run. */
const MAX_PAUSE_MS = 65_000;

/** Answers that say nothing about the request itself: trying it again later can help. */
const isTemporary = (status: number) => (status >= 500 ? status !== 501 : [408, 425, 429].includes(status));

/**
 * Checks the URL of a target: https, or http on this machine, so that neither people nor credentials are sent unprotected.
 * @param name how messages name the target.
 * @param example a command that has such a URL.
 * @throws InputError for any other.
 */
export function targetUrl(name: string, place: string, example: string): URL {
  const url = parseUrl(place);
  if (!url) throw new InputError(`The ${name} needs a URL`, { hint: `Give one ("${example}").` });
  if (url.username || url.password) {
    throw new InputError(`The URL of the ${name} contains a user name or password`, {
      hint: 'Remove them: its secrets belong in the environment.',
    });
  }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.href))) return url;
  throw new InputError(`The URL of the ${name} starts with ${url.protocol}//, which protects nothing`, {
    hint: 'Use https://; plain http is allowed only for this machine.',
  });
}

/**
 * Sends requests to one target, over the same sockets and with the same proxy settings as requests to Okta. Owns 408, 425, 429, 5xx
 * and broken connections: repeated with growing pauses, or after `Retry-After`. Redirects are refused.
 */
export function targetHttp(options: TargetHttpOptions) {
  const { url, name, secrets, clock = systemClock } = options;
  let opening: Promise<Wire> | undefined;

  const failed = (message: string, more: Partial<OktaErrorOptions>) =>
    new OktaError(`${name} at ${url.hostname} ${message}`, {
      ...{ code: 'target_unavailable', actor: 'target', retryable: true, secrets },
      ...more,
    });

  async function attempt(request: TargetRequest): Promise<TargetAnswer> {
    // Loading axios and undici takes longer than everything else together.
    opening ??= import('../../http/axios.ts').then(({ axiosWire }) =>
      axiosWire(url.origin, MAX_ANSWER_BYTES),
    );
    const { method, path, body, signal } = request;
    const wire = await opening;
    const sent = { method, path, headers: request.headers(), body, timeoutMs: ATTEMPT_MS, signal };
    const answer = await wire.exchange(sent).catch((error) => {
      if (!(error instanceof TransportError)) throw error;
      throw failed(...troubleOf(error, summaryOf(request)));
    });
    const { status, headers } = answer;
    if (status >= 300 && status < 400) throw failed(...redirectOf(answer, request));
    if (!isTemporary(status)) return { status, headers, text: answer.body.toString('utf8') };
    const retryAfterMs = retryAfterOf(headers['retry-after'], clock.now());
    throw failed(`answered ${status} to ${method} ${request.template}`, {
      code: status === 429 ? 'rate_limited' : 'target_unavailable',
      ...{ status, retryAfterMs, request: summaryOf(request) },
      mayHaveHappened: status >= 500 && retryAfterMs === undefined,
    });
  }

  return {
    /**
     * @returns whatever was answered, unless waiting can mend it.
     * @throws OktaError `target_unavailable` or `rate_limited` after the last try; `mayHaveHappened` says that a request that must
     *   not be repeated may have been executed; `redirect_refused`.
     */
    send: (request: TargetRequest): Promise<TargetAnswer> =>
      pRetry(() => attempt(request), {
        ...{ retries: request.tries - 1, minTimeout: 0, signal: request.signal },
        async onFailedAttempt({ error, attemptNumber, retriesLeft }) {
          request.signal?.throwIfAborted();
          const pauseMs = pauseBefore(error, attemptNumber, request.isRepeatable);
          if (pauseMs === undefined || retriesLeft === 0 || pauseMs > MAX_PAUSE_MS) throw error;
          await clock.sleep(pauseMs, request.signal);
        },
      }),
    failed,
    close(): void {
      opening?.then((wire) => wire.close()).catch(() => {});
    },
  };
}

const summaryOf = ({ method, template }: TargetRequest) => ({ method, pathTemplate: template });

function pauseBefore(error: Error, attempt: number, isRepeatable: boolean): number | undefined {
  if (!isOktaError(error) || !error.retryable || (error.mayHaveHappened && !isRepeatable)) return undefined;
  const growing = Math.min(500 * 2 ** (attempt - 1) * (1 + Math.random()), MAX_PAUSE_MS);
  return Math.max(error.retryAfterMs ?? 0, growing);
}

/** `Retry-After`: seconds, or a date. */
function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

type Trouble = [message: string, options: Partial<OktaErrorOptions>];

function troubleOf(
  { code, sent, message, proxy }: TransportError,
  request: OktaErrorOptions['request'],
): Trouble {
  if (proxy) return [`is not reached: the proxy ${proxy.name} ${message}`, { request }];
  if (sent) {
    const what =
      code === 'timeout' ? `gave no complete answer within ${ATTEMPT_MS / 1_000} s` : `broke off (${code})`;
    return [`${what}: ${request?.method} ${request?.pathTemplate}`, { request, mayHaveHappened: true }];
  }
  const isLasting = code === 'ENOTFOUND' || CERTIFICATE.test(code);
  return [
    `cannot be reached (${code})`,
    {
      request,
      retryable: !isLasting,
      hint: 'Check the URL, the network, and the certificate of the target.',
    },
  ];
}

function redirectOf({ status, headers }: Incoming, request: TargetRequest): Trouble {
  const to = headers.location === undefined ? null : parseUrl(headers.location);
  return [
    `answered ${status}${to ? `, a redirect to ${to.host}` : ''}, which is not followed so that people and secrets stay with it`,
    {
      ...{ code: 'redirect_refused', actor: 'caller', status, retryable: false, request: summaryOf(request) },
      hint: 'Give the final URL of the target.',
    },
  ];
}
