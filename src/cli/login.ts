import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Connection } from '../auth/connection.ts';
import { isLoopback } from '../auth/org-url.ts';
import { completeSignIn, startSignIn } from '../auth/sign-in.ts';
import { fileTokenStore } from '../auth/token-file.ts';
import { InputError, OktaError } from '../errors/errors.ts';
import { openBrowser } from './browser.ts';
import { type ConnectionFlags, readConnection, tokenFileOf } from './client.ts';
import { note, printJson } from './output.ts';
import { onInterrupt } from './signals.ts';

/** How long a person has to sign in. */
const WAIT_MS = 5 * 60_000;

/** Signs in and prints where the tokens are and which scopes they have. */
export async function login(flags: LoginFlags): Promise<void> {
  const report = await signInHere(await readConnection(flags), flags);
  if (report) await printJson(report);
}

interface LoginFlags extends ConnectionFlags {
  open: boolean;
}

/** Signs in with a browser, receives the redirect on loopback and stores the tokens. */
export async function signInHere(connection: Connection, flags: LoginFlags) {
  const pending = await startSignIn(connection);
  const file = tokenFileOf(connection, flags);
  // Unreachable: startSignIn rejects other connections.
  if (connection.auth.type !== 'authorization_code' || !file) return undefined;
  const server = await listenAt(connection.auth.redirectUri, pending.state);
  const signal = AbortSignal.any([onInterrupt(), timeLimit()]);
  const callback = once(server, 'callback', { signal }).finally(() => server.close());
  callback.catch(() => {});
  note(`Open this URL to sign in:\n\n${pending.url}\n`);
  if (flags.open && process.stderr.isTTY) await openBrowser(pending.url);
  const [url] = await callback.catch(() => {
    throw signal.reason;
  });
  const tokens = await completeSignIn(connection, pending, url);
  const store = fileTokenStore(file);
  await store.exclusively(() => store.write(tokens));
  const granted = tokens.scope.split(' ').filter(Boolean);
  const missing = connection.auth.scopes.filter((scope) => !granted.includes(scope));
  if (missing.length > 0)
    note(`Okta did not grant ${missing.join(', ')}: grant them to the app under "Okta API Scopes".`);
  if (!tokens.refreshToken)
    note('Okta gave no refresh token: allow the grant type refresh_token for the app to stay signed in.');
  return { ok: true, tokens: file, scopes: { asked: connection.auth.scopes, granted, missing } };
}

function timeLimit(): AbortSignal {
  const controller = new AbortController();
  const error = new OktaError('Nobody signed in within five minutes', {
    code: 'timeout',
    actor: 'caller',
    retryable: true,
  });
  setTimeout(() => controller.abort(error), WAIT_MS).unref();
  return controller.signal;
}

const page = (text: string) => `<!doctype html><title>okta-connector</title><p>${text}</p>`;
const DONE = page('Done. You can close this window and return to the terminal.');
const REFUSED = page('Okta refused the sign-in. You can close this window; the terminal shows why.');
const STRANGER = page(
  'This answer belongs to another sign-in. Use the link that the terminal currently shows.',
);

/**
 * A server at the redirect URI that emits `callback` with the URL a browser came back at. Answers that belong to another
 * sign-in (an old tab, a forged link) do not end the wait. Its pages never repeat any part of the request.
 */
async function listenAt(redirectUri: string, state: string): Promise<Server> {
  const target = new URL(redirectUri);
  if (target.protocol !== 'http:' || !isLoopback(redirectUri) || target.port === '') {
    throw new InputError('login needs a redirectUri on this machine with a port', {
      code: 'invalid_connection',
      hint: 'Register http://127.0.0.1:8484/callback with the app and use it as redirectUri.',
    });
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', target.origin);
    const answers = url.searchParams.has('code') || url.searchParams.has('error');
    if (request.method !== 'GET' || url.pathname !== target.pathname || !answers) {
      response.writeHead(404).end();
      return;
    }
    const ours = url.searchParams.get('state') === state;
    const headers = { 'Content-Type': 'text/html; charset=utf-8', Connection: 'close' };
    const text = url.searchParams.has('error') ? REFUSED : DONE;
    response.writeHead(ours ? 200 : 400, headers).end(ours ? text : STRANGER);
    if (ours) server.emit('callback', url.href);
  });
  server.listen(Number(target.port), target.hostname.replace(/^\[|\]$/g, ''));
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`Cannot listen at ${target.host} (${error.code})`, {
      hint: 'Stop the program using the port, or register and use another redirectUri.',
    });
  });
  return server;
}
