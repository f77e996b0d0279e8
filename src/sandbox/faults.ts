import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { oktaError } from './errors.ts';

const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('reset_after') }),
  z.strictObject({ kind: z.literal('truncate') }),
  z.strictObject({ kind: z.literal('html'), status: z.int().min(200).max(599).optional() }),
  z.strictObject({ kind: z.literal('slow'), bytesPerSecond: z.number().positive() }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('delay'), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal('redirect'), location: z.string() }),
  z.strictObject({ kind: z.literal('next_link'), link: z.string() }),
  z.strictObject({ kind: z.literal('rate_limit'), resetInSeconds: z.number() }),
  z.strictObject({ kind: z.literal('concurrency') }),
]);

/** What a test asks for: which requests go wrong, how often, and how. */
export const faultRequestSchema = z.strictObject({
  method: z.string().optional(),
  path: z.string().refine(isPattern, 'not a regular expression').optional(),
  query: z.string().refine(isPattern, 'not a regular expression').optional(),
  times: z.int().positive().default(1),
  after: z.int().min(0).default(0),
  fault: faultSchema,
});

type Fault = z.infer<typeof faultSchema>;
type PlannedFault = z.infer<typeof faultRequestSchema> & { id: string };

/** The faults that wait for their requests. */
export class Faults {
  #planned: PlannedFault[] = [];
  #count = 0;

  get planned(): readonly PlannedFault[] {
    return this.#planned;
  }

  add(request: z.infer<typeof faultRequestSchema>): string {
    this.#count += 1;
    const id = `fault-${this.#count}`;
    this.#planned.push({ ...request, id });
    return id;
  }

  clear(): void {
    this.#planned = [];
  }

  /** The fault that strikes this request, if one does. */
  strike(method: string, path: string, query: string): Fault | undefined {
    for (const planned of this.#planned) {
      if (planned.method && planned.method.toUpperCase() !== method) continue;
      if (planned.path && !new RegExp(planned.path).test(path)) continue;
      if (planned.query && !new RegExp(planned.query).test(query)) continue;
      if (planned.after > 0) {
        planned.after -= 1;
        continue;
      }
      planned.times -= 1;
      if (planned.times === 0) this.#planned = this.#planned.filter((other) => other !== planned);
      return planned.fault;
    }
    return undefined;
  }
}

/** Lets a request go wrong. `work` does what was asked, for the faults that strike only after it. */
export async function suffer(
  fault: Fault,
  { incoming, outgoing }: HttpBindings,
  clock: Clock,
  work: () => Promise<Response>,
): Promise<Response> {
  switch (fault.kind) {
    case 'status':
      return fabricate(fault.status, fault.body, fault.headers);
    case 'html':
      return page(fault.status ?? 502);
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
    case 'rate_limit':
      outgoing.setHeader('X-Rate-Limit-Remaining', '0');
      outgoing.setHeader('X-Rate-Limit-Reset', String(Math.ceil(clock.now() / 1000 + fault.resetInSeconds)));
      return fabricate(429, oktaError('E0000047').body);
    case 'concurrency':
      return tooManyAtOnce(outgoing);
  }
}

/** Okta's answer to too many requests at the same time: zeros, and a reset time that is only a guess. */
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

/** Promises the whole body, sends half of it and hangs up. */
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
