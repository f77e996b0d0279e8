import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { newUser, pushingApp } from './scim-app.ts';
import { json, scimError, useScimRecorder } from './scim-recorder.ts';
import { useSandbox } from './support.ts';

const client = useSandbox();
const server = useScimRecorder();

describe('a server whose answers are odd', () => {
  it.each(['9'.repeat(17), '9'.repeat(400), '99999999'])(
    'may say that it is busy for %s seconds',
    async (seconds) => {
      const app = await pushingApp(client, server, 'NETWORK', { speed: 1 });
      server.answer = (_, response) => scimError(response, 429, 'slow down', { 'retry-after': seconds });
      await app.assign(await newUser(client, 'Lee'));
      const [task] = await app.settled();
      expect(task).toMatchObject({ attempts: 1 });
      server.forget();
      await client.control('POST', '/clock', { advanceMs: 60_000 });
      await app.settled();
      expect(server.recorded).toEqual([]);
    },
  );

  it.each([
    ['a null', null, 'no list of resources'],
    ['a text', 'x', 'no list of resources'],
    ['no list', { totalResults: 1, Resources: {} }, 'no Resources'],
    ['an id that leads elsewhere', { totalResults: 1, Resources: [{ id: '../Groups' }] }, 'part of a path'],
  ])('may answer %s: that is a task', async (_, body, message) => {
    const app = await pushingApp(client, server, 'NETWORK');
    server.answer = (_, response) => json(response, 200, body);
    await app.assign(await newUser(client, 'Lee'));
    expect(await app.settled()).toMatchObject([
      { status: 'FAILED', message: expect.stringContaining(message) },
    ]);
  });

  it.each([
    ['never ends', {}],
    ['grows when it is unpacked', { 'content-encoding': 'gzip' }],
  ])('may send an answer that %s', async (_, headers) => {
    const app = await pushingApp(client, server, 'NETWORK');
    server.answer = (_, response) => {
      response.writeHead(200, headers);
      const isPacked = 'content-encoding' in headers;
      if (isPacked) response.end(gzipSync(Buffer.alloc(100 * 1024 * 1024)));
      else
        Readable.from(endless())
          .on('error', () => {})
          .pipe(response);
      return true;
    };
    await app.assign(await newUser(client, 'Lee'));
    expect(await app.settled()).toMatchObject([{ status: 'FAILED', attempts: 1 }]);
  });
});

function* endless() {
  for (;;) yield Buffer.alloc(1024 * 1024, ' ');
}
