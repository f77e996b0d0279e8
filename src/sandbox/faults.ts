import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { z } from 'zod';
import type { OrgClock } from './clock.ts';
import { oktaError } from './errors.ts';
import { SeededRandom } from './random.ts';

const statusSchema = z.int().min(200).max(599);
/** The announced reset of a rate limit, counted from now, and the unit of the header (Okta uses seconds). */
const resetShape = {
  resetInSeconds: z.number(),
  unit: z.enum(['seconds', 'milliseconds']).default('seconds'),
};

const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: statusSchema,
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('reset_after') }),
  z.strictObject({ kind: z.literal('truncate') }),
  z.strictObject({ kind: z.literal('html'), status: statusSchema.optional() }),
  z.strictObject({ kind: z.literal('error'), status: statusSchema.default(200) }),
  z.strictObject({ kind: z.literal('empty') }),
  z.strictObject({ kind: z.literal('partial') }),
  z.strictObject({ kind: z.literal('slow'), bytesPerSecond: z.number().positive() }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('delay'), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal('redirect'), location: z.string() }),
  z.strictObject({ kind: z.literal('next_link'), link: z.string() }),
  z.strictObject({ kind: z.literal('date'), offsetMs: z.number() }),
  z.strictObject({ kind: z.literal('rate_reset'), ...resetShape, remaining: z.int().min(0).optional() }),
  z.strictObject({ kind: z.literal('rate_limit'), ...resetShape }),
  z.strictObject({ kind: z.literal('concurrency') }),
]);

/** A request for a fault: which requests it affects, how often, and how. */
export const faultRequestSchema = z.strictObject({
  method: z.string().optional(),
  path: z.string().refine(isPattern, 'not a regular expression').optional(),
  query: z.string().refine(isPattern, 'not a regular expression').optional(),
  times: z.int().positive().default(1),
  after: z.int().min(0).default(0),
  rate: z.number().gt(0).max(1).default(1),
  seed: z.int().default(1),
  fault: faultSchema,
});

type Fault = z.infer<typeof faultSchema>;
type PlannedFault = z.infer<typeof faultRequestSchema> & { id: string };

/** The faults that are still to be injected. */
export class Faults {
  #waiting: { planned: PlannedFault; random: SeededRandom }[] = [];
  #count = 0;

  get planned(): readonly PlannedFault[] {
    return this.#waiting.map(({ planned }) => planned);
  }

  add(request: z.infer<typeof faultRequestSchema>): string {
    this.#count += 1;
    const id = `fault-${this.#count}`;
    this.#waiting.push({ planned: { ...request, id }, random: new SeededRandom(request.seed) });
    return id;
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The fault to inject into this request, if any. */
  strike(method: string, path: string, query: string): Fault | undefined {
    for (const waiting of this.#waiting) {
      const { planned, random } = waiting;
      if (planned.method && planned.method.toUpperCase() !== method) continue;
      if (planned.path && !new RegExp(planned.path).test(path)) continue;
      if (planned.query && !new RegExp(planned.query).test(query)) continue;
      if (planned.after > 0) {
        planned.after -= 1;
        continue;
      }
      if (random.next() >= planned.rate) continue;
      planned.times -= 1;
      if (planned.times === 0) this.#waiting = this.#waiting.filter((other) => other !== waiting);
      return planned.fault;
    }
    return undefined;
  }
}

/** Injects a fault. `work` handles the request, for faults that change or follow the real answer. */
export async function suffer(
  fault: Fault,
  { incoming, outgoing }: HttpBindings,
  clock: OrgClock,
  work: () => Promise<Response>,
): Promise<Response> {
  switch (fault.kind) {
    case 'status':
      return fabricate(fault.status, fault.body, fault.headers);
    case 'html':
      return page(fault.status ?? 502);
    case 'error':
      return fabricate(fault.status, oktaError('E0000009').body);
    case 'empty':
      return withoutBody(await work());
    case 'partial':
      return firstHalf(await work());
    case 'redirect':
      return new Response(null, { status: 302, headers: { Location: fault.location } });
    case 'reset':
      incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    case 'reset_after':
      await work();
      incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    case 'hang':
      return RESPONSE_ALREADY_SENT;
    case 'delay':
      await sleep(fault.ms, undefined, { ref: false });
      return work();
    case 'truncate':
      return truncate(await work(), { incoming, outgoing });
    case 'slow':
      return drip(await work(), outgoing, fault.bytesPerSecond);
    case 'next_link': {
      const response = await work();
      const url = `http://${incoming.headers.host}${incoming.url}`;
      replaceNext(outgoing, fault.link === 'self' ? url : fault.link);
      return response;
    }
    case 'date':
      outgoing.setHeader('Date', new Date(clock.now() + fault.offsetMs).toUTCString());
      return work();
    case 'rate_reset':
      if (fault.remaining !== undefined)
        outgoing.setHeader('X-Rate-Limit-Remaining', String(fault.remaining));
      outgoing.setHeader('X-Rate-Limit-Reset', resetHeader(fault, clock));
      return work();
    case 'rate_limit':
      outgoing.setHeader('X-Rate-Limit-Remaining', '0');
      outgoing.setHeader('X-Rate-Limit-Reset', resetHeader(fault, clock));
      return fabricate(429, oktaError('E0000047').body);
    case 'concurrency':
      return tooManyAtOnce(outgoing);
  }
}

/** Okta's answer to too many concurrent requests: limit and remaining are 0, and the reset is meaningless. */
export function tooManyAtOnce(outgoing: HttpBindings['outgoing']): Response {
  outgoing.setHeader('X-Rate-Limit-Limit', '0');
  outgoing.setHeader('X-Rate-Limit-Remaining', '0');
  return fabricate(429, oktaError('E0000047').body);
}

function fabricate(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const empty = body === undefined || status === 204 || status === 304;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Response(empty ? null : text, {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}

function page(status: number): Response {
  const body = `<html><head><title>${status}</title></head><body><h1>${status}</h1><p>The proxy failed.</p></body></html>`;
  return new Response(body, { status, headers: { 'Content-Type': 'text/html' } });
}

/** The answer with all headers, Link included, but no body, as from a proxy that lost it. */
function withoutBody({ status, headers }: Response): Response {
  const kept = new Headers(headers);
  kept.delete('Content-Length');
  return new Response(null, { status, headers: kept });
}

/** The first half of a list, as 206. The `next` link still points past the second half. */
async function firstHalf(response: Response): Promise<Response> {
  const body: unknown = await response.json().catch(() => undefined);
  if (!Array.isArray(body)) return fabricate(206, body);
  const half = body.slice(0, Math.floor(body.length / 2));
  const range = half.length > 0 ? `0-${half.length - 1}` : '*';
  return fabricate(206, half, { 'Content-Range': `items ${range}/${body.length}` });
}

function resetHeader(
  { resetInSeconds, unit }: z.infer<z.ZodObject<typeof resetShape>>,
  clock: OrgClock,
): string {
  const seconds = clock.now() / 1000 + resetInSeconds;
  return String(Math.ceil(unit === 'seconds' ? seconds : seconds * 1000));
}

/** Announces the whole body, sends half of it and closes the connection. */
async function truncate(response: Response, { incoming, outgoing }: HttpBindings): Promise<Response> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const headers = { ...Object.fromEntries(response.headers), 'content-length': String(bytes.length + 16) };
  outgoing.writeHead(response.status, headers);
  outgoing.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => incoming.socket.destroy());
  return RESPONSE_ALREADY_SENT;
}

async function drip(
  response: Response,
  outgoing: HttpBindings['outgoing'],
  bytesPerSecond: number,
): Promise<Response> {
  const bytes = Buffer.from(await response.arrayBuffer());
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  const step = Math.max(1, Math.round(bytesPerSecond / 10));
  for (let i = 0; i < bytes.length && !outgoing.destroyed; i += step) {
    outgoing.write(bytes.subarray(i, i + step));
    await sleep((1000 * step) / bytesPerSecond, undefined, { ref: false });
  }
  outgoing.end();
  return RESPONSE_ALREADY_SENT;
}

function replaceNext(outgoing: HttpBindings['outgoing'], link: string): void {
  const current = outgoing.getHeader('Link');
  const others = (Array.isArray(current) ? current : []).filter((line) => !line.endsWith('rel="next"'));
  outgoing.setHeader('Link', [...others, `<${link}>; rel="next"`]);
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
