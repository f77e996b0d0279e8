import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { isLoopback } from '../auth/org-url.ts';
import { InputError, NetworkError, OktaError } from '../errors/errors.ts';
import { timerMs } from './clock.ts';
import { urlOf } from './path.ts';
import type { HttpRequest, HttpResponse, Send } from './types.ts';

export interface HttpClientOptions {
  /** Origin of the org, without a trailing slash. */
  orgUrl: string;
  userAgent: string;
  /** One attempt may take this long in all, first byte to last. */
  attemptTimeoutMs: number;
}

const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;

/** Failures that happen before a byte of the request is on the wire, so that Okta cannot have acted on it. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * The innermost layer and the only user of axios: sends one request and hands back whatever was answered.
 * Redirects are never followed, nothing is retried, every status is an answer. The path cannot lead to another host.
 * @throws InputError for a path or body that cannot be sent; NetworkError when no complete answer came; OktaError `timeout` past `attemptTimeoutMs`; the reason of
 *   `request.signal` when that ends it.
 */
export function httpClient(options: HttpClientOptions): Send & { close(): void } {
  const httpAgent = new HttpAgent({ keepAlive: true });
  const httpsAgent = new HttpsAgent({ keepAlive: true });
  const create = async () =>
    (await import('axios')).default.create({
      adapter: 'http',
      httpAgent,
      httpsAgent,
      maxRedirects: 0,
      // A proxy of the environment would get the credential of plain http in clear, and cannot reach this machine.
      proxy: isLoopback(options.orgUrl) ? false : undefined,
      maxContentLength: MAX_RESPONSE_BYTES,
      maxBodyLength: MAX_REQUEST_BYTES,
      responseType: 'text',
      validateStatus: () => true,
      transformRequest: [(data) => data],
      transformResponse: [(data) => data],
    });
  // Loading axios takes longer than all the rest together, so it waits for the first request.
  let instance: Promise<AxiosInstance> | undefined;
  const send: Send = async (request) => {
    instance ??= create();
    return sendOnce(await instance, options, request);
  };
  return Object.assign(send, {
    close() {
      // Not the agents: they would break off what is under way, which may be a write.
      for (const { freeSockets } of [httpAgent, httpsAgent])
        for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
    },
  });
}

async function sendOnce(
  http: AxiosInstance,
  options: HttpClientOptions,
  request: HttpRequest,
): Promise<HttpResponse> {
  const { href } = urlOf(options.orgUrl, request.path);
  const data = bodyOf(request);
  const timeout = AbortSignal.timeout(timerMs(options.attemptTimeoutMs));
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  let response: AxiosResponse<string>;
  try {
    response = await http.request<string>({
      method: request.method,
      url: href,
      data,
      signal,
      headers: {
        Accept: 'application/json',
        'User-Agent': options.userAgent,
        'Content-Type': contentType(request, data),
        ...request.headers,
      },
    });
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    if (timeout.aborted) throw timedOut(request, options.attemptTimeoutMs);
    throw failure(request, error, options.orgUrl);
  }
  if (href.startsWith('https:') && response.request?.socket?.encrypted === undefined) {
    throw refusedByProxy(request, response.status, options.orgUrl);
  }
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  const text = response.data ?? '';
  return { status: response.status, headers, text, json: parseJson(text, headers['content-type']) };
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

function contentType(request: HttpRequest, data: string | undefined): string | false {
  if (data === undefined) return false;
  return request.form ? 'application/x-www-form-urlencoded' : 'application/json';
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
