import { describe, expect, it } from 'vitest';
import { readHttpPort, readPublicUrl, readRate } from '../../src/cli/input.ts';
import { mcpCommand } from '../../src/cli/mcp.ts';
import { serve } from '../../src/cli/serve.ts';
import { readIssuer } from '../../src/hosts/mcp/bearer.ts';

describe('flags of serve and mcp', () => {
  const base = { state: 'none.db', port: 0, host: '127.0.0.1' };

  it.each([
    [{ operations: 'list_*' }, '--operations'],
    [{ allowDestructive: true }, '--allow-destructive'],
    [{ rate: 5 }, '--rate'],
    [{ expires: '90d' }, '--expires'],
  ])('a server is not started with a limit of a key that it would ignore: %o', async (flags, name) => {
    for (const how of [undefined, 'list', 'revoke']) {
      const words = [how ? ('keys' as const) : undefined, how, how ? 'x' : undefined] as const;
      await expect(serve(...words, { ...base, ...flags } as never)).rejects.toThrow(
        `${name} belongs to "serve keys add"`,
      );
    }
  });

  it.each(['host', 'publicUrl', 'issuer', 'audience'])('mcp by stdio does not ignore %s', async (name) => {
    await expect(mcpCommand({ confirm: 'ask', [name]: 'x' } as never)).rejects.toThrow('needs --http');
  });

  it('a public URL is https, but for this machine, and nothing more than a place', () => {
    expect(readPublicUrl(' https://okta.acme.test/gateway/ ')).toBe('https://okta.acme.test/gateway');
    expect(readPublicUrl('http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
    for (const wrong of [
      'gateway',
      'http://okta.acme.test',
      'ftp://127.0.0.1',
      'https://a.test?b',
      'https://u@a.test',
    ])
      expect(() => readPublicUrl(wrong)).toThrow('--public-url must be an https URL');
  });

  it('an error of a number names the flag and how to write it', () => {
    expect(readRate('600/min')).toBe(600);
    for (const wrong of ['5/s', '0', '-1', '1.5', '10000000000'])
      expect(() => readRate(wrong)).toThrow('--rate must be a whole number of requests per minute');
    expect(() => readHttpPort('99999')).toThrow('--http must be');
  });

  it.each(['nonsense', 'http://acme.test/oauth2/default'])(
    'the issuer %s is refused in words',
    async (issuer) => {
      await expect(readIssuer(issuer)).rejects.toMatchObject({
        ...{ code: 'invalid_input', message: 'The issuer must be an https URL' },
        hint: expect.stringContaining('/oauth2/default'),
      });
    },
  );
});
