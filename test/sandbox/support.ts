import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';

export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
  headers: Headers;
  next: string | undefined;
}

export interface Client {
  sandbox: Sandbox;
  /** Calls a path, or a URL of the org, with the API token unless another authorization is given. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  put(path: string, body?: unknown): Promise<Reply>;
  delete(path: string): Promise<Reply>;
  /** Calls the control interface. */
  control(method: string, path: string, body?: unknown): Promise<Reply>;
  /** The events of a type that the org wrote since the last reset. */
  // biome-ignore lint/suspicious/noExplicitAny: events have many shapes
  events(type: string): Promise<any[]>;
}

export function clientOf(sandbox: Sandbox): Client {
  const send = async (method: string, path: string, body: unknown, headers: Record<string, string>) => {
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(new URL(path, sandbox.orgUrl), {
      method,
      headers: { ...json, ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'manual',
    });
    return reply(response);
  };
  const call: Client['call'] = (method, path, body, headers = {}) =>
    send(method, path, body, { authorization: `SSWS ${sandbox.apiToken}`, ...headers });
  return {
    sandbox,
    call,
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    put: (path, body) => call('PUT', path, body),
    delete: (path) => call('DELETE', path),
    control: (method, path, body) => send(method, `/__sandbox__${path}`, body, {}),
    async events(type) {
      const filter = encodeURIComponent(`eventType eq "${type}"`);
      const { body } = await call('GET', `/api/v1/logs?limit=1000&filter=${filter}`);
      return body;
    },
  };
}

export async function reply(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  const next = /<([^>]*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  return {
    status: response.status,
    body: text && isJson ? JSON.parse(text) : text,
    headers: response.headers,
    next,
  };
}

/** A sandbox for a file of tests, back at its seed before each of them. */
export function useSandbox(options: SandboxOptions = {}): Client {
  const client = {} as Client;
  beforeAll(async () => {
    Object.assign(client, clientOf(await startSandbox(options)));
  });
  beforeEach(async () => {
    await client.control('POST', '/reset');
  });
  afterAll(() => client.sandbox.close());
  return client;
}

/** Follows `next` to the end and gathers the items of all pages. */
// biome-ignore lint/suspicious/noExplicitAny: items have many shapes
export async function allPages(client: Client, path: string): Promise<any[][]> {
  const pages = [];
  for (let next: string | undefined = path; next; ) {
    const answer = await client.get(next);
    pages.push(answer.body);
    next = answer.next;
  }
  return pages;
}

export function query(parameters: Record<string, string>): string {
  return `?${new URLSearchParams(parameters)}`;
}

export function newProfile(name: string) {
  const login = `${name}@sandbox.example`;
  return { firstName: 'Test', lastName: name, login, email: login };
}
