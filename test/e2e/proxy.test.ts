import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { closedPort, tcpServer } from '../support/server.ts';
import { errorOf, start } from './command.ts';

/** Only a proxy could know this name. */
const ORG = 'https://acme.okta.test';

/** Ends with how long the process lived after it had said what is wrong. */
async function getMe(orgUrl: string, env: Record<string, string>, ...args: string[]) {
  const { child, done } = start(['run', 'get_user', '--input', '{"userId":"me"}', ...args], {
    ...{ OKTA_CLIENT_ORGURL: orgUrl, OKTA_CLIENT_TOKEN: 't0ken-s3cr3t', ...env },
  });
  child.stdin.end();
  const said = once(child.stderr, 'data').then(() => performance.now());
  const ended = await done;
  return { ...ended, error: errorOf(ended), livedOnMs: performance.now() - (await said) };
}

const PROMPTLY_MS = 1_500;

describe('F1.2 the command line behind a proxy', () => {
  it.each([
    ['ends the connection', 'ended the connection instead of connecting (ECONNRESET)', 4, ''],
    ['answers 502', 'did not connect (502)', 4, 'HTTP/1.1 502 Bad Gateway\r\n\r\n'],
    ['wants a password', 'rejected the user name and password (407)', 1, 'HTTP/1.1 407 No\r\n\r\n'],
  ])('that %s: says so after a few tries, and ends', async (_, what, tries, answer) => {
    const proxy = await tcpServer((socket) => socket.end(answer));
    const { host } = new URL(proxy.origin);
    const ended = await getMe(ORG, { HTTPS_PROXY: `http://ana:s3cr3t@${host}` });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.error).toMatchObject({
      code: 'network_error',
      message: `The proxy ${host} (HTTPS_PROXY) ${what}`,
    });
    expect(ended.stderr).not.toMatch(/s3cr3t|acme/);
    expect(ended.livedOnMs).toBeLessThan(PROMPTLY_MS);
    expect(proxy.connections()).toBe(tries);
  });

  it('that is down: is named with the variable', async () => {
    const port = await closedPort();
    const ended = await getMe(ORG, { all_proxy: `127.0.0.1:${port}` });
    expect(ended.error.message).toBe(
      `The proxy 127.0.0.1:${port} (all_proxy) cannot be reached (ECONNREFUSED)`,
    );
    expect(ended.livedOnMs).toBeLessThan(PROMPTLY_MS);
  });

  it('that is no URL: is refused before anything is sent', async () => {
    const ended = await getMe(ORG, { HTTPS_PROXY: 'http://ana:s3cr3t@:bad' });
    expect(ended.error).toMatchObject({ code: 'invalid_input' });
    expect(ended.error.message).toContain('HTTPS_PROXY');
    expect(ended.stderr).not.toContain('s3cr3t');
  });

  it('that never answers: ends with its error, not with its sockets', async () => {
    const proxy = await tcpServer(() => {});
    const ended = await getMe(ORG, { HTTPS_PROXY: proxy.origin }, '--timeout', '0.3');
    const { host } = new URL(proxy.origin);
    expect(ended.error.message).toBe(`The proxy ${host} (HTTPS_PROXY) did not connect within 0.3 s`);
    expect(ended.livedOnMs).toBeLessThan(PROMPTLY_MS);
    expect(proxy.connections()).toBe(4);
  });
});

it('F1.2 the command line ends with its error where the org never speaks TLS', async () => {
  const org = await tcpServer(() => {});
  const ended = await getMe(org.origin.replace('http:', 'https:'), {}, '--timeout', '0.3');
  expect(ended.error.message).toBe('No connection to 127.0.0.1 within 0.3 s');
  expect(ended.livedOnMs).toBeLessThan(PROMPTLY_MS);
});
