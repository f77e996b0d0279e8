import { InputError, NetworkError, OktaError, type RequestSummary } from '../errors/errors.ts';
import { LazyResponse } from './answer.ts';
import { timerMs } from './clock.ts';
import { hostWire } from './host-wire.ts';
import { pathToSend } from './path.ts';
import type { HttpRequest, HttpResponse, Send, Transport } from './types.ts';
import { CERTIFICATE, type ProxyName, TransportError, type Wire } from './wire.ts';

export interface HttpClientOptions {
  /** Origin of the org, without a trailing slash. */
  orgUrl: string;
  userAgent: string;
  /** Limit of one attempt, first byte to last. */
  attemptTimeoutMs: number;
  /** Puts requests on the wire; axios when left out. */
  transport?: Transport;
  /** How long an idle socket is kept, where no write can meet its end. Default: four seconds. */
  idleMs?: number | undefined;
}

const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;

/**
 * The innermost layer: sends one request and hands back whatever was answered.
 * Redirects are never followed, nothing is retried, every status is an answer. The path cannot lead to another host.
 * @throws InputError for a path or body that cannot be sent; NetworkError without a complete answer; OktaError `timeout`
 *   past `attemptTimeoutMs`; the reason of `request.signal` when that is aborted.
 */
export function httpClient(options: HttpClientOptions): Send & { close(): void } {
  let opening: Promise<Wire> | undefined;
  const send: Send = async (request) => {
    opening ??= open(options).catch((error) => {
      opening = undefined;
      throw error;
    });
    return sendOnce(await opening, options, request);
  };
  return Object.assign(send, {
    close() {
      opening?.then((wire) => wire.close()).catch(() => {});
    },
  });
}

async function open({ transport, orgUrl, idleMs }: HttpClientOptions): Promise<Wire> {
  if (transport) return hostWire(transport, orgUrl);
  // Loading axios and undici takes longer than everything else together, so it is deferred to the first request.
  const { axiosWire } = await import('./axios.ts');
  return axiosWire(orgUrl, MAX_RESPONSE_BYTES, idleMs);
}

async function sendOnce(wire: Wire, options: HttpClientOptions, request: HttpRequest): Promise<HttpResponse> {
  const path = pathToSend(options.orgUrl, request.path);
  const body = bodyOf(request);
  try {
    const answer = await wire.exchange({
      method: request.method,
      path,
      headers: headersOf(request, body, options.userAgent),
      body,
      timeoutMs: timerMs(options.attemptTimeoutMs),
      signal: request.signal,
    });
    return new LazyResponse(request, answer);
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    throw failure(request, error, options);
  }
}

/** A POST or PUT without a body still needs a length: Okta's edge answers 411 otherwise. */
function bodyOf(request: HttpRequest): string | undefined {
  const json = request.body === undefined ? undefined : JSON.stringify(request.body);
  const data = request.text ?? request.form?.toString() ?? json;
  if (data !== undefined && Buffer.byteLength(data) > MAX_REQUEST_BYTES) {
    throw new InputError(
      `The request body is larger than ${MAX_REQUEST_BYTES / 1024 / 1024} MB; nothing was sent`,
      {
        request: { method: request.method, pathTemplate: request.template },
        hint: 'Send less data at once, or shorten the longest value.',
      },
    );
  }
  return data ?? (request.method === 'POST' || request.method === 'PUT' ? '' : undefined);
}

/** Lower case, so that the request's own headers override the defaults whatever their case. */
function headersOf(
  request: HttpRequest,
  data: string | undefined,
  userAgent: string,
): Record<string, string> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'user-agent': userAgent,
  };
  if (data !== undefined) {
    headers['content-type'] = request.form ? 'application/x-www-form-urlencoded' : 'application/json';
  }
  for (const name in request.headers) headers[name.toLowerCase()] = request.headers[name] as string;
  return headers;
}

function timedOut(request: HttpRequest, ms: number): OktaError {
  return new OktaError(`No complete answer to ${request.method} ${request.template} within ${ms / 1000} s`, {
    code: 'timeout',
    actor: 'okta',
    retryable: true,
    hint: 'Try again, request less at once (limit), or raise the timeout.',
    request: { method: request.method, pathTemplate: request.template },
  });
}

/** Proxy failures that persist until somebody changes a setting. */
const LASTING = new RegExp(`^(PROXY_(?!408|429)[34]|ENOTFOUND|UND_ERR_SOCKS5_AUTH)|${CERTIFICATE.source}`);

/** Does not name the org: the request never reached it. */
function proxyFailure(
  { name, variable }: ProxyName,
  { code, message }: TransportError,
  request: RequestSummary,
) {
  const isLasting = LASTING.test(code);
  return new NetworkError(`The proxy ${name}${variable ? ` (${variable})` : ''} ${message}`, {
    sent: false,
    retryable: !isLasting,
    actor: isLasting ? 'caller' : 'okta',
    hint: hintForProxy(variable, code),
    request,
  });
}

function hintForProxy(variable: string | undefined, code: string): string {
  if (CERTIFICATE.test(code)) return 'Add the certificate of the proxy with NODE_EXTRA_CA_CERTS.';
  if (variable === undefined) return 'Check the proxy settings of this host, and what the proxy allows.';
  if (/PROXY_407|SOCKS5_AUTH/.test(code)) {
    return `Give ${variable} as http://user:password@host:port, both percent-encoded; only Basic authentication is supported.`;
  }
  return `Check ${variable} and what the proxy allows; hosts in NO_PROXY bypass it.`;
}

function failure(request: HttpRequest, error: unknown, options: HttpClientOptions): unknown {
  if (!(error instanceof TransportError)) return error;
  const { code, sent } = error;
  const summary = { method: request.method, pathTemplate: request.template };
  if (code === 'UND_ERR_INVALID_ARG') {
    return new InputError(`A header of the request cannot be sent (${error.message})`, {
      hint: 'Header values may contain only Latin letters, digits and punctuation.',
      request: summary,
    });
  }
  if (error.proxy) return proxyFailure(error.proxy, error, summary);
  const { hostname } = new URL(options.orgUrl);
  if (code === 'timeout' && sent) return timedOut(request, options.attemptTimeoutMs);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' || code === 'ERR_BUFFER_TOO_LARGE') {
    return new OktaError(
      `The answer to ${request.method} ${request.template} is larger than ${MAX_RESPONSE_BYTES / 1024 / 1024} MB`,
      {
        code: 'unexpected_response',
        actor: 'caller',
        hint: 'Request less at once, for example with a smaller limit.',
        request: summary,
      },
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new NetworkError(`There is no host ${hostname}`, {
      sent: false,
      retryable: code === 'EAI_AGAIN',
      actor: 'caller',
      hint: 'Check the org URL for a typo, and that this machine can resolve names.',
      request: summary,
    });
  }
  // After the handshake such an error concerns something else (our own certificate): the request may have been read.
  if (!sent && CERTIFICATE.test(code)) {
    return new NetworkError(`The TLS certificate of ${hostname} was not accepted (${code})`, {
      sent: false,
      retryable: false,
      actor: 'admin',
      hint: 'Check the org URL; behind an inspecting proxy, add its certificate with NODE_EXTRA_CA_CERTS.',
      request: summary,
    });
  }
  return new NetworkError(
    sent
      ? `The connection to ${hostname} broke before the answer to ${request.method} ${request.template} was complete${code ? ` (${code})` : ''}`
      : `No connection to ${hostname} ${code === 'timeout' ? error.message : `(${code})`}`,
    { sent, hint: sent ? undefined : 'Check the network and the org URL.', request: summary },
  );
}
