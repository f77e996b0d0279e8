import type { Answer } from '../http.ts';
import { escapeHtml, postingPage } from '../sign-in/html.ts';
import type { ResponseMode } from './authorize-request.ts';

type Parameters = Record<string, string | number | null | undefined>;

/** Sends the browser back to the client. */
export function authorizeAnswer(redirectUri: string, mode: ResponseMode, parameters: Parameters): Answer {
  const given = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
    value === null || value === undefined ? [] : [[name, String(value)]],
  );
  if (mode === 'form_post') return postingPage(redirectUri, Object.fromEntries(given));
  return redirectTo(redirectUri, mode, given);
}

/** A redirect whose address no other site learns. */
export function redirectTo(uri: string, mode: 'query' | 'fragment', parameters: [string, string][]): Answer {
  const target = new URL(uri);
  if (mode === 'fragment') target.hash = new URLSearchParams(parameters).toString();
  else for (const [name, value] of parameters) target.searchParams.set(name, value);
  const headers = { 'Cache-Control': 'no-cache, no-store', 'Referrer-Policy': 'no-referrer' };
  return { status: 302, headers: { Location: target.href, ...headers } };
}

/** A page for people whom nobody can be told about. */
export function errorPage(message: string): Answer {
  const text = `<p>${escapeHtml(message)}</p>`;
  const body = `<!DOCTYPE html><html><head><title>400</title></head><body><h1>400</h1>${text}</body></html>`;
  return { status: 400, body, headers: { 'Content-Type': 'text/html;charset=utf-8' } };
}
