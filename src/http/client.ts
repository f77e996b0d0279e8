import { InputError, NetworkError, OktaError } from '../errors/errors.ts';
import { axiosTransport } from './axios.ts';
import { timerMs } from './clock.ts';
import { urlOf } from './path.ts';
import type { HttpRequest, HttpResponse, Send, Transport, TransportResponse } from './types.ts';

export interface HttpClientOptions {
  /** Origin of the org, without a trailing slash. */
  orgUrl: string;
  userAgent: string;
  /** One attempt may take this long in all, first byte to last. */
  attemptTimeoutMs: number;
  /** Puts requests on the wire; axios when left out. */
  transport?: Transport;
}

const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;

/** Failures that happen before a byte of the request is on the wire, so that Okta cannot have acted on it. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * The innermost layer: sends one request and hands back whatever was answered.
 * Redirects are never followed, nothing is retried, every status is an answer. The path cannot lead to another host.
 * @throws InputError for a path or body that cannot be sent; NetworkError when no complete answer came; OktaError `timeout` past `attemptTimeoutMs`; the reason of
 *   `request.signal` when that ends it.
 */
export function httpClient(options: HttpClientOptions): Send & { close(): void } {
  const limits = { maxRequestBytes: MAX_REQUEST_BYTES, maxResponseBytes: MAX_RESPONSE_BYTES };
  const transport: Transport & { close?(): void } =
    options.transport ?? axiosTransport(options.orgUrl, limits);
  const send: Send = (request) => sendOnce(transport, options, request);
  return Object.assign(send, { close: () => transport.close?.() });
}

async function sendOnce(
  transport: Transport,
  options: HttpClientOptions,
  request: HttpRequest,
): Promise<HttpResponse> {
  const { href } = urlOf(options.orgUrl, request.path);
  const body = bodyOf(request);
  const timeout = AbortSignal.timeout(timerMs(options.attemptTimeoutMs));
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  let answer: TransportResponse;
  try {
    answer = await transport({
      method: request.method,
      url: href,
      body,
      signal,
      headers: {
        Accept: 'application/json',
        'User-Agent': options.userAgent,
        ...contentType(request, body),
        ...request.headers,
      },
    });
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    if (timeout.aborted) throw timedOut(request, options.attemptTimeoutMs);
    throw failure(request, error, options.orgUrl);
  }
  if (href.startsWith('https:') && answer.encrypted === false) {
    throw refusedByProxy(request, answer.status, options.orgUrl);
  }
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  const { status, text } = answer;
  return { status, headers, text, json: parseJson(text, headers['content-type']) };
}

/** An answer for https that came without TLS is a proxy's to CONNECT: the request itself never left. */
function refusedByProxy(request: HttpRequest, status: number, orgUrl: string): NetworkError {
  return new NetworkError(`The proxy did not connect to ${new URL(orgUrl).hostname} (status ${status})`, {
    sent: false,
    retryable: status >= 500,
    actor: 'admin',
    hint: 'Check HTTPS_PROXY and NO_PROXY, and what the proxy allows.',
    request: { method: request.method, pathTemplate: request.template },
  });
}

/** A POST or PUT without a body still needs a length: Okta's edge answers 411 otherwise. */
function bodyOf(request: HttpRequest): string | undefined {
  const data = request.form
    ? request.form.toString()
    : request.body === undefined
      ? undefined
      : JSON.stringify(request.body);
  if (data !== undefined && Buffer.byteLength(data) > MAX_REQUEST_BYTES) {
    throw new InputError(
      `The request body is larger than ${MAX_REQUEST_BYTES / 1024 / 1024} MB; nothing was sent`,
      {
        request: { method: request.method, pathTemplate: request.template },
        hint: 'Send less at once, or shorten the longest value.',
      },
    );
  }
  return data ?? (request.method === 'POST' || request.method === 'PUT' ? '' : undefined);
}

function contentType(request: HttpRequest, body: string | undefined): Record<string, string> {
  if (body === undefined) return {};
  return { 'Content-Type': request.form ? 'application/x-www-form-urlencoded' : 'application/json' };
}

function parseJson(text: string, type = ''): unknown {
  if (text === '' || !/json|^$/i.test(type)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True when TLS did not come about; records that cannot be read later say nothing about what Okta did. */
const failedHandshake = (code: string, text: string) =>
  /^(EPROTO|ERR_SSL_)/.test(code) && !/decrypt|record.mac/i.test(code + text);

function timedOut(request: HttpRequest, ms: number): OktaError {
  return new OktaError(`No complete answer to ${request.method} ${request.template} within ${ms / 1000} s`, {
    code: 'timeout',
    actor: 'okta',
    retryable: true,
    hint: 'Try again, ask for less at once (limit), or raise the time-out.',
    request: { method: request.method, pathTemplate: request.template },
  });
}

function failure(request: HttpRequest, error: unknown, orgUrl: string): OktaError {
  const code = (error as { code?: string }).code ?? '';
  const summary = { method: request.method, pathTemplate: request.template };
  const { hostname } = new URL(orgUrl);
  if (error instanceof Error && /maxContentLength/.test(error.message)) {
    return new OktaError(
      `The answer to ${request.method} ${request.template} is larger than ${MAX_RESPONSE_BYTES / 1024 / 1024} MB`,
      {
        code: 'unexpected_response',
        actor: 'caller',
        hint: 'Ask for less at once, for example with a smaller limit.',
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
  if (/CERT|ERR_TLS|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    return new NetworkError(`The TLS certificate of ${hostname} was not accepted (${code})`, {
      sent: false,
      retryable: false,
      actor: 'admin',
      hint: 'Check the org URL; behind an inspecting proxy, add its certificate with NODE_EXTRA_CA_CERTS.',
      request: summary,
    });
  }
  const sent = !NOT_SENT.has(code) && !failedHandshake(code, String(error));
  return new NetworkError(
    sent
      ? `The connection to ${hostname} broke before the answer to ${request.method} ${request.template} was complete${code ? ` (${code})` : ''}`
      : `No connection to ${hostname} (${code})`,
    { sent, hint: sent ? undefined : 'Check the network and the org URL.', request: summary },
  );
}
