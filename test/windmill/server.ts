import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The part of Windmill's API that windmill-client calls for the state of a script.
 * @returns the variables with which a worker starts a script.
 */
export async function stateServer() {
  const kept = new Map<string, unknown>();
  const unknown: string[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, name, rest = ''] = /^\/api\/w\/lane\/resources\/(\w+)\/?(.*)$/.exec(pathname) ?? [];
    const path = decodeURIComponent(rest);
    const answer = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.headers.authorization !== 'Bearer token-of-the-job') return answer(401, 'no token');
    if (name === 'exists') return answer(200, kept.has(path));
    if (name?.startsWith('get'))
      return kept.has(path) ? answer(200, kept.get(path)) : answer(404, 'not found');
    if (name === 'create' || name === 'update_value' || name === 'update') {
      const sent = JSON.parse(body);
      kept.set(name === 'create' ? sent.path : path, sent.value);
      return answer(200, 'ok');
    }
    unknown.push(`${request.method} ${pathname}`);
    return answer(404, `no ${pathname}`);
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    kept,
    unknown,
    variables: (path: string) => ({
      ...{ BASE_INTERNAL_URL: url, BASE_URL: url, WM_BASE_URL: url, WM_TOKEN: 'token-of-the-job' },
      ...{ WM_WORKSPACE: 'lane', WM_STATE_PATH: path, WM_STATE_PATH_NEW: path },
    }),
    close: () => server.close(),
  };
}
