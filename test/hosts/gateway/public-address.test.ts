import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { lookupPublic, receiverUrl } from '../../../src/hosts/gateway/public-address.ts';
import { isPublicAddress } from '../../../src/sso/metadata/address.ts';

describe('L4 where the gateway posts to', () => {
  it.each([
    ...[
      '127.0.0.1',
      '127.8.8.8',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
    ],
    ...['100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255', '198.18.0.1', '192.0.0.1'],
    ...['::1', '::', 'fe80::1', 'fc00::1', 'fd12::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8'],
    ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', '2001::1', 'no address', ''],
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])(
    '%s is',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    ...['http://acme.test/x', 'ftp://acme.test', 'nothing', 'https://u:p@acme.test/', 'https://127.0.0.1/'],
    ...[
      'https://2130706433/',
      'https://0x7f.1/',
      'https://[::1]/',
      'https://[::ffff:10.0.0.1]/',
      'https://localhost/',
    ],
    ...[
      'https://a.localhost./',
      'https://169.254.169.254/latest/meta-data',
      'https://0/',
      'javascript:alert(1)',
    ],
  ])('%s is refused as a URL', (url) => {
    expect(() => receiverUrl(url, false)).toThrow(/^url: it /);
  });

  it('takes https, and with permission http and this machine', () => {
    expect(receiverUrl('https://hooks.acme.test/x?y=1', false).href).toBe('https://hooks.acme.test/x?y=1');
    expect(receiverUrl('http://127.0.0.1:80/x', true).href).toBe('http://127.0.0.1/x');
    expect(() => receiverUrl('file:///etc/passwd', true)).toThrow();
  });

  it('refuses a name that leads to this machine where the connection is made', async () => {
    const look = promisify(lookupPublic) as (name: string, options: object) => Promise<unknown>;
    await expect(look('localhost', { all: true })).rejects.toMatchObject({ code: 'EPRIVATE' });
    await expect(look('localhost', {})).rejects.toMatchObject({ code: 'EPRIVATE' });
    await expect(look('nothing.invalid', {})).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
  });
});
