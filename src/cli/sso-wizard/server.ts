import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { InputError, isOktaError, OktaError } from '../../errors/errors.ts';
import { deferred } from '../../http/deferred.ts';
import { Gate, type Rejection } from './gate.ts';
import { TEST_PATH } from './left-over.ts';

/** What the page can ask for, by name. */
export type Calls = Record<string, (input: Record<string, unknown>) => Promise<unknown>>;

export interface Wizard {
  calls: Calls;
  /** The browser came back from Okta. @returns what its page says. */
  callback(url: URL): Promise<string>;
  /** Takes back what must not outlive it. */
  end(): Promise<unknown>;
}

export interface WizardOptions {
  port: number;
  /** Ends it after so long without a request. */
  idleMs: number;
  /** Made once the address is known: an OAuth client needs it. */
  at(origin: string): Wizard;
}

export interface WizardServer {
  /** Opens the page, once. */
  url: string;
  /** Resolves when the page says that it is done, or after the idle time. */
  ended: Promise<'done' | 'idle'>;
  close(): Promise<void>;
}

/** SAML metadata may have 1 MiB, and JSON escapes their quotes and line breaks. */
const MAX_BODY = 2.5 * 1024 * 1024;

/** Files of the page. They are copied beside the built program. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['wizard.html', 'text/html'],
  '/wizard.css': ['wizard.css', 'text/css'],
  '/wizard.js': ['wizard.js', 'text/javascript'],
};

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Serves the wizard on loopback. @throws InputError for a port that is taken. */
export async function serveWizard({ port, idleMs, at }: WizardOptions): Promise<WizardServer> {
  const { promise: ended, resolve: end } = deferred<'done' | 'idle'>();
  const idle = setTimeout(() => end('idle'), idleMs);
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 30_000 }, (request, response) => {
    answer(request, response).catch((error) => failed(response, error));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    clearTimeout(idle);
    throw new InputError(`Cannot listen at 127.0.0.1:${port} (${error.code})`, {
      hint: 'Choose another --port, or leave it out.',
    });
  });
  const { port: bound } = server.address() as { port: number };
  const origin = `http://127.0.0.1:${bound}`;
  const gate = new Gate(origin);
  const { calls, callback, end: clean } = at(origin);
  const { url } = gate;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = new URL(request.url ?? '/', origin);
    const refusal = gate.strangeHost(request);
    if (refusal) return refuse(response, refusal);
    const path = target.pathname.startsWith(`${gate.path}/`) ? target.pathname.slice(gate.path.length) : '';
    if (request.method === 'POST') return called(request, response, path);
    if (request.method !== 'GET') return refuse(response, { status: 405, reason: 'Only GET and POST.' });
    const token = target.searchParams.get('token');
    if (target.pathname === '/' && token !== null) {
      const used = gate.redeem(token);
      return used ? refuse(response, used) : letIn(response);
    }
    // Okta leads the browser here from its own site, so no cookie comes along: the state shows whose answer it is.
    if (target.pathname === TEST_PATH) return page(response, 200, await callback(target));
    const file = FILES[path];
    const closed = gate.stranger(request) ?? (file ? undefined : NOT_FOUND);
    if (closed || !file) return refuse(response, closed ?? NOT_FOUND);
    idle.refresh();
    const [name, type] = file;
    const content = await readFile(new URL(`./page/${name}`, import.meta.url));
    response.writeHead(200, { ...HEADERS, 'Content-Type': `${type}; charset=utf-8` }).end(content);
  }

  /** The page is opened anew from our own origin: a cookie of a navigation that began elsewhere would not be sent at once. */
  function letIn(response: ServerResponse): void {
    response.setHeader('Set-Cookie', gate.setCookie);
    response.setHeader('Refresh', `0; url=${gate.path}/`);
    page(response, 200, 'Opening the wizard.');
  }

  async function called(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const name = path.replace(/^\/api\//, '');
    const call = path.startsWith('/api/') && Object.hasOwn(calls, name) ? calls[name] : undefined;
    const isDone = path === '/api/done';
    const refusal =
      gate.stranger(request) ?? gate.forged(request) ?? (call || isDone ? undefined : NOT_FOUND);
    if (refusal) return refuse(response, refusal);
    if (Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY) > MAX_BODY) {
      return refuse(response, { status: 413, reason: 'The text is too long.' });
    }
    idle.refresh();
    if (isDone) response.once('close', () => end('done'));
    const input = await json(request).catch(() => undefined);
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      throw new InputError('The call has no JSON object');
    }
    send(response, 200, (await call?.(input as Record<string, unknown>)) ?? {});
  }

  return {
    ...{ url, ended },
    async close() {
      clearTimeout(idle);
      await clean();
      server.close();
      server.closeAllConnections();
    },
  };
}

const NOT_FOUND: Rejection = { status: 404, reason: 'There is no such page.' };

function send(response: ServerResponse, status: number, value: unknown): void {
  response
    .writeHead(status, { ...HEADERS, 'Content-Type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(value));
}

/** @param text a sentence of ours, never a part of the request. */
function page(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { ...HEADERS, 'Content-Type': 'text/html; charset=utf-8' })
    .end(`<!doctype html><html lang="en"><title>okta-connector</title><h1>okta-connector</h1><p>${text}</p>`);
}

function refuse(response: ServerResponse, { status, reason }: Rejection): void {
  response.setHeader('Connection', 'close');
  page(response, status, reason);
}

/** What went wrong, as the page shows it. Foreign errors may hold anything, so they are not repeated. */
function failed(response: ServerResponse, error: unknown): void {
  const told = isOktaError(error)
    ? error
    : new OktaError('The wizard failed', {
        ...{ code: 'internal_error', actor: 'caller' },
        hint: 'Start it again. If it fails again, please report it.',
      });
  if (response.headersSent) response.destroy();
  else send(response, 422, { error: told.toJSON() });
}
