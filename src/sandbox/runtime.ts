import { randomBytes } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import { schemeOf } from './authenticate.ts';
import type { OrgClock } from './clock.ts';
import { controlPath, createControl } from './control.ts';
import { oktaError } from './errors.ts';
import { Faults, suffer, tooManyAtOnce } from './faults.ts';
import type { Org } from './org.ts';
import { bucketOf, RateLimits } from './rate-limit.ts';
import { harmlessHeaders, RequestLog, type RequestRecord } from './requests.ts';
import { createRouter, type Exchange, servedPath } from './router.ts';
import type { EventType } from './system-log/event-types.ts';

/** A running org: rate limits, faults and the request log around the router. */
export class Runtime {
  readonly clock: OrgClock;
  readonly faults = new Faults();
  readonly requests = new RequestLog();
  readonly #makeOrg: () => Org;
  readonly #router: Hono<{ Bindings: Exchange }> = createRouter();
  readonly #control: Hono;
  org: Org;
  limits: RateLimits;

  constructor(clock: OrgClock, makeOrg: () => Org) {
    this.clock = clock;
    this.#makeOrg = makeOrg;
    this.#control = createControl(this);
    this.org = makeOrg();
    this.limits = new RateLimits(clock);
  }

  /** Restores the seed: data, settings, limits, faults, requests, the clock, and tokens unless they are kept. */
  reset({ keepTokens = false } = {}): void {
    const { tokens } = this.org;
    this.clock.reset();
    this.faults.clear();
    this.requests.clear();
    this.limits = new RateLimits(this.clock);
    this.stop();
    this.org = this.#makeOrg();
    if (keepTokens) this.org.tokens = tokens;
  }

  /** Stops background work. */
  stop(): void {
    this.org.deliveries.stop();
    this.org.signals.stop();
    this.org.provisioning.stop();
  }

  async fetch(request: Request, bindings: HttpBindings): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === controlPath || pathname.startsWith(`${controlPath}/`)) {
      this.org.settle();
      return this.#control.fetch(request);
    }
    const record = this.#observe(request, bindings);
    const response = await this.#serve(request, bindings, record.requestId);
    record.status = response === RESPONSE_ALREADY_SENT ? sentStatus(bindings) : response.status;
    return response;
  }

  #observe(request: Request, { outgoing }: HttpBindings): RequestRecord {
    const { pathname, search } = new URL(request.url);
    const requestId = randomBytes(16).toString('hex');
    const record: RequestRecord = {
      method: request.method,
      path: pathname,
      query: search.slice(1),
      status: 0,
      at: new Date(this.clock.now()).toISOString(),
      auth: schemeOf(request.headers),
      userAgent: request.headers.get('user-agent'),
      requestId,
      headers: harmlessHeaders(request.headers),
    };
    this.requests.begin(record);
    outgoing.once('close', () => this.requests.end());
    outgoing.setHeader('Date', new Date(this.clock.now()).toUTCString());
    outgoing.setHeader('X-Okta-Request-Id', requestId);
    for (const [name, value] of Object.entries(standardHeaders)) outgoing.setHeader(name, value);
    if (pathname.startsWith('/api/') && !request.headers.has('cookie'))
      outgoing.setHeader('Set-Cookie', sessionCookies());
    return record;
  }

  async #serve(request: Request, bindings: HttpBindings, requestId: string): Promise<Response> {
    if (!isPlainPath(bindings.incoming.url ?? '')) return badRequestPage();
    this.org.settle();
    const { method } = request;
    const { pathname, search } = new URL(request.url);
    const path = servedPath(pathname);
    const limited = this.#limit(method, path, bindings, requestId);
    if (limited) return limited;
    const work = async () => this.#router.fetch(request, { ...bindings, org: this.org, requestId });
    const fault = this.faults.strike(method, path, search);
    return fault ? suffer(fault, bindings, this.clock, work) : work();
  }

  /** Counts the request and refuses it when a limit is exceeded. */
  #limit(method: string, path: string, { outgoing }: HttpBindings, requestId: string): Response | undefined {
    const bucket = bucketOf(method, path);
    if (!bucket) return undefined;
    const { limit, remaining, reset, exceeded, firstRefusal, firstWarning } = this.limits.use(bucket);
    outgoing.setHeader('X-Rate-Limit-Limit', String(limit));
    outgoing.setHeader('X-Rate-Limit-Remaining', String(remaining));
    outgoing.setHeader('X-Rate-Limit-Reset', String(reset));
    if (firstWarning) this.#reportLimit('system.org.rate_limit.warning', { bucket, limit, requestId });
    if (firstRefusal) this.#reportLimit('system.org.rate_limit.violation', { bucket, limit, requestId });
    if (exceeded) return Response.json(oktaError('E0000047').body, { status: 429 });
    return this.requests.inFlight > this.limits.concurrency ? tooManyAtOnce(outgoing) : undefined;
  }

  #reportLimit(
    eventType: EventType,
    { bucket, limit, requestId }: { bucket: string; limit: number; requestId: string },
  ): void {
    const target = {
      id: bucket,
      type: 'URL Pattern',
      alternateId: bucket,
      displayName: bucket,
      detailEntry: null,
    };
    const debugData = {
      requestId,
      requestUri: bucket,
      threshold: String(limit),
      timeSpan: '1',
      timeUnit: 'MINUTES',
    };
    const transaction = { type: 'WEB', id: requestId, detail: {} };
    this.org.log.append({
      eventType,
      fields: { target: [target], transaction, debugContext: { debugData } },
    });
  }
}

/**
 * The headers of every answer, as recorded, without Strict-Transport-Security: a browser that met it behind a TLS proxy would
 * refuse plain HTTP on this host for years.
 */
const standardHeaders = {
  'Cache-Control': 'no-cache, no-store',
  Pragma: 'no-cache',
  Expires: '0',
  Vary: 'Accept-Encoding',
  'Accept-CH': 'Sec-CH-UA-Platform-Version',
  'Content-Security-Policy': "default-src 'self'; frame-ancestors 'self'",
  P3P: 'CP="HONK"',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-XSS-Protection': '0',
};

/**
 * The cookies that Okta sets even for calls with an API token. A browser keeps its session: also where it does not send it, as
 * when an application posts to the sign-in of SAML.
 */
function sessionCookies(): string[] {
  const session = randomBytes(16).toString('hex').toUpperCase();
  return [
    'sid="";Version=1;Path=/;Max-Age=0',
    'xids="";Version=1;Path=/;Max-Age=0',
    `JSESSIONID=${session}; Path=/; Secure; HttpOnly`,
  ];
}

function sentStatus({ outgoing }: HttpBindings): number {
  return outgoing.headersSent ? outgoing.statusCode : 0;
}

/** Whether Okta's web server would pass the path on; it refuses backslashes and bad percent-encoding itself. */
function isPlainPath(url: string): boolean {
  const path = url.split('?')[0] ?? '';
  if (/\\|%5c/i.test(path)) return false;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function badRequestPage(): Response {
  const body =
    '<!doctype html><html lang="en"><head><title>HTTP Status 400 – Bad Request</title></head>' +
    '<body><h1>HTTP Status 400 – Bad Request</h1></body></html>';
  return new Response(body, { status: 400, headers: { 'Content-Type': 'text/html;charset=utf-8' } });
}
