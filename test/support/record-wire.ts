import { subscribe } from 'node:diagnostics_channel';
import { brotliDecompressSync, unzipSync } from 'node:zlib';
import { type Exchange, meaningful } from './fixture.ts';

const KEPT_HEADERS =
  /^(content-type|date|etag|link|x-okta-request-id|x-rate-limit-(limit|remaining|reset))$/i;

/** A request as undici publishes it. */
interface Sent {
  origin: string;
  method: string;
  path: string;
  headers: string[];
  body: Uint8Array | null;
}

interface Answered {
  request: Sent;
  response: { statusCode: number; headers: Uint8Array[] };
}

/**
 * Records what goes over undici to one origin, from now on.
 * @see https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
 */
export function recordWire(origin: () => string): { clear(): void; exchanges(): Exchange[] } {
  const open = new Map<Sent, { answer?: Answered['response']; chunks: Uint8Array[] }>();
  const listen = <T extends { request: Sent }>(name: string, note: (message: T) => void) =>
    subscribe(`undici:request:${name}`, (message) => {
      if ((message as T).request.origin === origin()) note(message as T);
    });
  listen('create', ({ request }) => open.set(request, { chunks: [] }));
  listen<Answered>('headers', ({ request, response }) => {
    const exchange = open.get(request);
    if (exchange) exchange.answer = response;
  });
  listen<{ request: Sent; chunk: Uint8Array }>('bodyChunkReceived', ({ request, chunk }) =>
    open.get(request)?.chunks.push(Uint8Array.from(chunk)),
  );
  return {
    clear: () => open.clear(),
    exchanges: () =>
      [...open].map(([{ method, path, headers: sent, body }, { answer, chunks }]) => {
        const requestHeaders = meaningful(Object.fromEntries(pairs(sent)));
        const headers = pairsOf(answer?.headers ?? []);
        const packing = headers.find(([name]) => name === 'content-encoding')?.[1];
        const text = unpacked(Buffer.concat(chunks), packing);
        return {
          method,
          path,
          ...(requestHeaders ? { requestHeaders } : {}),
          ...(body?.length ? { body: sentBody(Buffer.from(body).toString('utf8'), headerIn(sent)) } : {}),
          status: answer?.statusCode ?? 0,
          // Servers give them in any order; those of the same name keep theirs.
          headers: headers
            .filter(([name]) => KEPT_HEADERS.test(name))
            .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
          ...(text === '' ? {} : { response: parsed(text) }),
        };
      }),
  };
}

function pairsOf(raw: Uint8Array[]): [string, string][] {
  return pairs(raw.map((part) => Buffer.from(part).toString('latin1')));
}

function pairs(texts: string[]): [string, string][] {
  return texts.flatMap((name, at) =>
    at % 2 === 0 ? [[name.toLowerCase(), texts[at + 1] ?? ''] as [string, string]] : [],
  );
}

function unpacked(body: Buffer, packing: string | undefined): string {
  if (body.length === 0 || !packing) return body.toString('utf8');
  return (packing === 'br' ? brotliDecompressSync(body) : unzipSync(body)).toString('utf8');
}

const headerIn = (sent: string[]) => Object.fromEntries(pairs(sent))['content-type'];

/** What a request sends, as recordings have it: JSON, or the members of a form. */
export function sentBody(text: string, type = ''): unknown {
  if (type.includes('secevent+jwt')) return tokenParts(text);
  return type.includes('urlencoded') ? Object.fromEntries(new URLSearchParams(text)) : parsed(text);
}

/** A signed event without its signature, which differs each time, as the id does. */
function tokenParts(token: string): object {
  const [header, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('utf8'));
  return { header: parsed(header ?? ''), claims: { ...(parsed(claims ?? '') as object), jti: 'scrubbed' } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
