import type { LookupAddress } from 'node:dns';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isPublicAddress } from '../../src/sso/metadata/address.ts';
import { fetchMetadata } from '../../src/sso/metadata/fetch.ts';
import { rejection } from '../support/server.ts';

const addresses: Record<string, string[]> = {};
vi.mock('node:dns', () => ({
  lookup(name: string, _: unknown, done: (error: Error | null, found: LookupAddress[]) => void) {
    const found = (addresses[name] ?? []).map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    done(found.length > 0 ? null : Object.assign(new Error(name), { code: 'ENOTFOUND' }), found);
  },
}));

let server: Server;
let asked: string[];
let listener: RequestListener;
let url: string;
beforeEach(async () => {
  asked = [];
  listener = (_, response) => response.end('<x/>');
  server = createServer((request, response) => {
    asked.push(String(request.url));
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const here = { allowLoopback: true };
const refusal = (given: string, options = { allowLoopback: false }) =>
  rejection(fetchMetadata(given, options));

describe('the URL of SAML metadata', () => {
  it.each([
    ['no URL', 'metadata.xml', 'is not a URL'],
    ['plain http', 'http://app.acme.test/metadata', 'starts with http:'],
    ['a file', 'file:///etc/passwd', 'starts with file:'],
    ['a password in it', 'https://ana:secret-value@app.acme.test/', 'user name or password'],
    ...[
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f.1',
      '10.1.2.3',
      '172.16.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '255.255.255.255',
      '[::1]',
      '[::]',
      '[fd00::1]',
      '[fe80::1]',
      '[::ffff:10.0.0.1]',
      '[64:ff9b::10.0.0.1]',
      'localhost',
      'app.localhost',
      'localhost.',
    ].map((host) => [host, `https://${host}/metadata`, 'private address'] as const),
  ])('is refused without a request: %s', async (...[, given = '', message = '']: readonly string[]) => {
    const error = await refusal(given);
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(message) });
    expect(JSON.stringify(error)).not.toContain('secret-value');
  });

  it.each([['10.0.0.5'], ['127.0.0.1'], ['93.184.216.34', '192.168.0.1'], ['fd12::1']])(
    'is refused where its name leads to %s %s',
    async (...found) => {
      addresses['inner.acme.test'] = found;
      expect(await refusal('https://inner.acme.test/metadata')).toMatchObject({
        ...{ code: 'invalid_input', message: expect.stringContaining('private address') },
      });
    },
  );

  it('is this machine for an org on this machine only', async () => {
    expect(await fetchMetadata(`${url}/metadata`, here)).toBe('<x/>');
    expect(asked).toEqual(['/metadata']);
    expect(await refusal(`${url}/metadata`)).toMatchObject({ code: 'invalid_input' });
    expect(await refusal('http://10.0.0.1/metadata', here)).toMatchObject({ code: 'invalid_input' });
    expect(asked).toHaveLength(1);
  });

  it('is named in the error where it does not exist', async () => {
    expect(await refusal('https://nowhere.acme.test/')).toMatchObject({
      ...{ code: 'target_unavailable', message: expect.stringContaining('nowhere.acme.test') },
    });
  });
});

describe('the answer', () => {
  it('is not followed where it is a redirect', async () => {
    listener = (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
    expect(await refusal(url, here)).toMatchObject({
      ...{ code: 'redirect_refused', message: expect.stringContaining('169.254.169.254') },
    });
    expect(asked).toHaveLength(1);
  });

  it.each([404, 500])('is refused with a %i', async (status) => {
    listener = (_, response) => response.writeHead(status).end('secret-value');
    const error = await refusal(url, here);
    expect(error).toMatchObject({ code: 'target_refused', status });
    expect(JSON.stringify(error)).not.toContain('secret-value');
  });

  it('is cut where it is endless', async () => {
    listener = (_, response) => {
      const more = () => response.write('x'.repeat(64 * 1024), more);
      more();
    };
    expect(await refusal(url, here)).toMatchObject({ message: expect.stringContaining('more than 1048576') });
  });

  it('is not waited for once the caller gave up', async () => {
    listener = () => {};
    const signal = AbortSignal.timeout(50);
    await expect(fetchMetadata(url, { ...here, signal })).rejects.toThrow('timeout');
  });
});

it.each(['8.8.8.8', '93.184.216.34', '2606:4700::1111'])('%s is public', (address) =>
  expect(isPublicAddress(address)).toBe(true),
);
