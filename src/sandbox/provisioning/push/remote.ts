import { type Agent, type IncomingMessage, request as requestHttp, STATUS_CODES } from 'node:http';
import { request as requestHttps } from 'node:https';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { isObject } from '../../json.ts';
import type { PushConnection } from './connection.ts';
import { jsonProblem } from './json-problem.ts';

/** A call of the SCIM server, below its base URL. */
export interface RemoteCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the query: `/Users?startIndex=1&count=2`. */
  path: string;
  body?: unknown;
}

/** A call that failed, or an answer that Okta does not take. The message is what Okta shows. */
export class RemoteFailure extends Error {
  /** The status of an answer that is no success. */
  readonly status?: number;
  /** What the answer's Retry-After says, in seconds, if it is a whole number. */
  readonly retryAfter?: number;

  constructor(message: string, { status, retryAfter }: { status?: number; retryAfter?: number } = {}) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

interface Line {
  agent: Agent;
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * Calls the server as Okta's client does, to the byte.
 * @returns the parsed body; undefined if it is empty.
 * @throws RemoteFailure
 */
export async function callRemote(connection: PushConnection, call: RemoteCall, line: Line): Promise<unknown> {
  const { status, retryAfter, text } = await exchange(connection, call, line).catch((error) => {
    // The server closed a connection that was kept: it has not seen the request, or may see it twice.
    if (error.isStale && call.method !== 'POST') return exchange(connection, call, line);
    throw error;
  });
  if (status < 200 || status > 299) throw refusal(status, retryAfter, text);
  if (text === '') return undefined;
  const problem = jsonProblem(text);
  if (problem) throw new RemoteFailure(problem);
  return JSON.parse(text);
}

/** Okta reads the body of every error as JSON, and shows why it could not when it is anything else. */
function refusal(status: number, retryAfter: string | undefined, text: string): RemoteFailure {
  const name = STATUS_CODES[status] ?? `HTTP ${status}`;
  const message = text === '' ? name : `${name}. Errors reported by remote server: ${reported(text)}`;
  // No clock has as many seconds as a longer number says.
  const seconds = /^\d{1,9}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined;
  return new RemoteFailure(message, { status, retryAfter: seconds });
}

function reported(text: string): string {
  const problem = jsonProblem(text);
  if (problem) return problem;
  const body: unknown = JSON.parse(text);
  return isObject(body) && typeof body.detail === 'string' ? body.detail : text;
}

interface Exchanged {
  status: number;
  retryAfter: string | undefined;
  text: string;
}

function exchange(
  { baseUrl, authorization }: PushConnection,
  { method, path, body }: RemoteCall,
  { agent, timeoutMs, signal }: Line,
): Promise<Exchanged> {
  const url = new URL(`${baseUrl}${path}`);
  const content = body === undefined ? undefined : JSON.stringify(body);
  const headers = [
    ...['Accept', 'application/scim+json', 'Accept-Charset', 'utf-8'],
    ...(content === undefined ? [] : ['Content-Type', 'application/scim+json; charset=utf-8']),
    ...['User-Agent', 'Okta SCIM Client 1.0.0', 'Authorization', authorization],
    ...(content === undefined ? [] : ['Content-Length', String(Buffer.byteLength(content))]),
    ...['Host', url.host, 'Connection', 'Keep-Alive', 'Accept-Encoding', 'gzip,deflate'],
  ];
  const isTls = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const options = { method, headers, signal, ...(isTls ? {} : { agent }) };
    const sent = (isTls ? requestHttps : requestHttp)(url, options, (response) => {
      textOf(response).then((text) => {
        const retryAfter = response.headers['retry-after'];
        resolve({ status: response.statusCode ?? 0, retryAfter, text });
      }, fail);
    });
    const fail = (error: NodeJS.ErrnoException) => {
      const isStale = sent.reusedSocket && error.code === 'ECONNRESET';
      reject(Object.assign(new RemoteFailure(connectionError(error)), { isStale }));
    };
    const timer = setTimeout(() => sent.destroy(new Error('Read timed out')), timeoutMs);
    sent.on('close', () => clearTimeout(timer));
    sent.on('error', fail);
    sent.end(content);
  });
}

function connectionError({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED') return 'Connection refused';
  if (code === 'ECONNRESET') return 'Connection reset';
  return message;
}

const decoders = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/** An answer that does not end must not end the sandbox. */
const maximumBytes = 64 * 1024 * 1024;

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > maximumBytes) throw new Error('The answer is too large');
    chunks.push(chunk as Buffer);
  }
  const bytes = Buffer.concat(chunks);
  const decode = decoders[response.headers['content-encoding'] as keyof typeof decoders];
  return (decode ? await decode(bytes, { maxOutputLength: maximumBytes }) : bytes).toString();
}
