import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { StoredHook } from './hook-store.ts';

const maximumAnswerBytes = 64 * 1024;

interface Message {
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  timeoutMs: number;
  signal: AbortSignal;
}

export interface HookAnswer {
  status: number;
  text: string;
}

/**
 * Calls the receiver of a hook, with the hook's headers. Each call uses a new connection, and the whole answer must arrive
 * within the timeout.
 */
export function callReceiver(
  hook: Pick<StoredHook, 'uri' | 'headers' | 'auth'>,
  message: Message,
): Promise<HookAnswer> {
  const { method, body, timeoutMs, signal } = message;
  const request = hook.uri.startsWith('https:') ? requestHttps : requestHttp;
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'User-Agent': 'Okta-Integrations',
    ...(body === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }),
    ...Object.fromEntries(hook.headers.map(({ key, value }) => [key, value])),
    ...(hook.auth ? { [hook.auth.key]: hook.auth.value } : {}),
    ...message.headers,
  };
  return new Promise((resolve, reject) => {
    let late = false;
    const fail = (error: Error) => reject(late ? new Error('timeout') : error);
    const sent = request(hook.uri, { method, headers, agent: false, signal }, (response) => {
      readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), fail);
    });
    const timer = setTimeout(() => {
      late = true;
      sent.destroy(new Error('timeout'));
    }, timeoutMs);
    sent.on('close', () => clearTimeout(timer));
    sent.on('error', fail);
    sent.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > maximumAnswerBytes) break;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
