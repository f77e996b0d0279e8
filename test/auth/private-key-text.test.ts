import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectionFromEnvironment } from '../../src/auth/environment.ts';
import { importPrivateKey } from '../../src/auth/private-key.ts';
import { privateJwk } from '../../src/auth/private-key-text.ts';
import { InputError } from '../../src/errors/errors.ts';
import { connectionOfCredential } from '../../src/hosts/n8n/runtime/connection.ts';
import { connectionFrom } from '../../src/hosts/node-red/connection-node.ts';
import { rejection } from '../support/server.ts';

const KEYS = {
  RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
};
const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' }) as Record<string, unknown>;
const pemOf = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1') =>
  key.export({ type, format: 'pem' }).toString();
const wrapped = (text: string, width: number) => text.replace(new RegExp(`.{${width}}`, 'g'), '$&\n');

type Spelling = [string, (text: string) => string];

/** What happens to the line ends of a PEM. */
const LINES: Spelling[] = [
  ['as they are', (text) => text],
  ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
  ['CR', (text) => text.replaceAll('\n', '\r')],
  ['lost', (text) => text.replaceAll('\n', '')],
  ['as blanks', (text) => text.replaceAll('\n', ' ')],
  ['as \\n', (text) => text.replaceAll('\n', '\\n')],
  ['as \\r\\n', (text) => text.replaceAll('\n', '\\r\\n')],
  ['as \\\\n', (text) => text.replaceAll('\n', '\\\\n')],
  ['\\n and a line end', (text) => text.replaceAll('\n', '\\n\n')],
  ['continued', (text) => text.replaceAll('\n', '\\\n')],
  ['indented', (text) => text.replaceAll('\n', '\n    ')],
  ['indented by tabs and no-break blanks', (text) => text.replaceAll('\n', '\n\t\u00a0')],
  ['doubled', (text) => text.replaceAll('\n', '\n\n')],
  ['body in one line', (text) => text.replace(/(?<=[^-])\n(?=[^-])/g, '')],
  ['long dashes', (text) => text.replaceAll('-----', '—–-')],
];

/** What is put around a key. */
const AROUND: Spelling[] = [
  ['nothing', (text) => text],
  ['blanks', (text) => ` \t\n${text}\r\n `],
  ['a BOM', (text) => `\ufeff${text}`],
  ['double quotes', (text) => `"${text}"`],
  ['single quotes', (text) => `'${text}'`],
  ['typographic quotes', (text) => `“${text}”`],
  ['escaped quotes', (text) => `\\"${text}\\"`],
  ['JSON', (text) => JSON.stringify(text)],
  ['base64', (text) => Buffer.from(text).toString('base64')],
  ['base64 in lines', (text) => wrapped(Buffer.from(text).toString('base64'), 76)],
  ['base64url', (text) => Buffer.from(text).toString('base64url')],
  ['base64 of UTF-16 with a BOM', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').toString('base64')],
];

/** Ways to write a JWK. */
const JSONS: Spelling[] = [
  ['compact', (text) => text],
  ['pretty', (text) => JSON.stringify(JSON.parse(text), undefined, 2)],
  ['pretty, CRLF', (text) => JSON.stringify(JSON.parse(text), undefined, 2).replaceAll('\n', '\r\n')],
  ['pretty, \\n', (text) => JSON.stringify(JSON.parse(text), undefined, 2).replaceAll('\n', '\\n')],
  ['escaped', (text) => text.replaceAll('"', '\\"')],
  ['doubled quotes', (text) => text.replaceAll('"', '""')],
  ['broken by a narrow terminal', (text) => wrapped(text, 80)],
  ['in a set', (text) => `{"keys":[${text}]}`],
];

const oneOf = (spellings: Spelling[]) => fc.constantFrom(...spellings);

describe('F2.6 every spelling of a private key', () => {
  it.each(Object.entries(KEYS))('gives the same key: PEM of %s', async (name, { privateKey }) => {
    const types = ['pkcs8', name === 'RSA' ? 'pkcs1' : 'sec1'] as const;
    const same = jwkOf(privateKey);
    fc.assert(
      fc.property(
        ...[fc.constantFrom(...types), oneOf(LINES), oneOf(AROUND), oneOf(AROUND)],
        (type, [, lines], [, inner], [, outer]) => {
          expect(privateJwk(outer(inner(lines(pemOf(privateKey, type)))))).toEqual(same);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each(Object.entries(KEYS))('gives the same key: JWK of %s', async (_, { privateKey }) => {
    const same = { ...jwkOf(privateKey), kid: 'k1' };
    fc.assert(
      fc.property(oneOf(JSONS), oneOf(AROUND), oneOf(AROUND), ([, json], [, inner], [, outer]) => {
        expect(privateJwk(outer(inner(json(JSON.stringify(same)))))).toEqual(same);
      }),
      { numRuns: 500 },
    );
  });

  it('is found among what openssl writes around it', () => {
    const { privateKey } = KEYS['P-256'];
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
    const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const pem = pemOf(privateKey, 'sec1');
    for (const text of [parameters + pem, certificate + pem, pem + certificate, `Bag Attributes\n${pem}`])
      expect(privateJwk(text)).toEqual(jwkOf(privateKey));
  });

  it('comes through the environment, n8n and Node-RED', async () => {
    const { privateKey } = KEYS['P-256'];
    const spelled = `"${pemOf(privateKey, 'pkcs8').replaceAll('\n', ' ')}"`;
    const environment = connectionFromEnvironment({
      ...{ OKTA_CLIENT_ORGURL: 'x', OKTA_CLIENT_CLIENTID: 'y', OKTA_CLIENT_PRIVATEKEY: spelled },
    });
    const n8n = connectionOfCredential('privateKey', { privateKey: spelled });
    const field = { name: 'privateKey', title: 'Private key', description: '', kind: 'json' as const };
    const type = {
      authModes: [
        { type: 'client_credentials', title: '', fields: [{ ...field, required: true, secret: true }] },
      ],
    };
    const nodeRed = connectionFrom(
      type as unknown as Parameters<typeof connectionFrom>[0],
      { id: 'a', orgUrl: 'x', auth: { type: 'client_credentials' } },
      { secret_privateKey: spelled },
    );
    for (const { auth } of [environment, n8n, nodeRed]) {
      const { privateKey: given } = auth as { privateKey: string };
      expect(privateJwk(given)).toEqual(jwkOf(privateKey));
    }
  });
});

describe('F2.6 what is no private key', () => {
  const { privateKey, publicKey } = KEYS.RSA;
  const encrypted = (type: 'pkcs8' | 'pkcs1') =>
    privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey;
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const pem = pemOf(privateKey, 'pkcs8');
  const openssh = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n-----END OPENSSH PRIVATE KEY-----\n';
  const rows: [string, string, RegExp, RegExp?][] = [
    ['encrypted PKCS#8', encrypted('pkcs8'), /is encrypted/, /openssl pkcs8/],
    ['encrypted PKCS#1', encrypted('pkcs1'), /is encrypted/, /openssl pkcs8/],
    ['a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString(), /holds a public key/],
    ['a public key of SSH', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 ana@acme', /is a public key/],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /a certificate/],
    ["OpenSSH's format", openssh, /OpenSSH/, /ssh-keygen/],
    ['RSA-PSS', pemOf(pss, 'pkcs8'), /type rsa-pss/],
    ['a short RSA key', pemOf(small, 'pkcs1'), /shorter than 2048/],
    ['two private keys', pem + pemOf(KEYS['P-256'].privateKey, 'sec1'), /holds 2 private keys/],
    ['one without its END line', pem.slice(0, -40), /END line is missing/],
    ['one with a line less', pem.split('\n').toSpliced(3, 1).join('\n'), /missing or damaged/],
    ['one with other characters', pem.replace(/\n(?=\w)/, '\n*'), /not base64/],
    ['a file name', '~/keys/okta.pem', /neither PEM nor JWK/, /not its name/],
    ['a file name of Windows', 'C:\\keys\\okta.key', /neither PEM nor JWK/, /not its name/],
    ['a body alone', pem.split('\n').slice(1, -2).join('\n'), /neither PEM nor JWK/, /BEGIN and END/],
  ];

  it.each(rows)('%s is told, in every spelling', async (_, text, message, hint) => {
    for (const [, lines] of LINES.slice(0, 6)) {
      for (const [, around] of AROUND) {
        const error = await rejection<InputError>(importPrivateKey(around(lines(text))));
        expect(error).toBeInstanceOf(InputError);
        expect(error.message).toMatch(message);
        if (hint) expect(error.hint).toMatch(hint);
      }
    }
  });

  it('is never repeated in the error, whatever it is', async () => {
    const member = fc.constantFrom('kty', 'crv', 'alg', 'd', 'n', 'e', 'x', 'y', 'keys', 'use', 'kid');
    const secret = fc.stringMatching(/^[A-Z]{3}[a-z]{6}\d{3}$/);
    await fc.assert(
      fc.asyncProperty(
        secret,
        fc.array(fc.tuple(member, fc.constantFrom('RSA', 'EC', 'P-256', 'secret', 'secret'))),
        fc.constantFrom(...AROUND),
        async (text, members, [, around]) => {
          const jwk = Object.fromEntries(
            members.map(([key, value]) => [key, value === 'secret' ? text : value]),
          );
          const inputs = [
            ...[around(text), text.repeat(4), { ...jwk }, around(JSON.stringify(jwk))],
            ...[`{"kty":"${text}`, `-----BEGIN ${text.toUpperCase()}-----\n${text}\n-----END X-----`],
            `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----`,
          ];
          for (const input of inputs) {
            const error = await rejection<InputError>(importPrivateKey(input));
            expect(error).toBeInstanceOf(InputError);
            const told = `${JSON.stringify(error)} ${error.stack} ${error.cause}`.toLowerCase();
            expect(told).not.toContain(text.toLowerCase());
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is told soon, also where it is long', async () => {
    const long = [
      '-'.repeat(1e6),
      '\\'.repeat(1e6),
      '"'.repeat(1e6),
      'BEGIN '.repeat(2e5),
      '{"'.repeat(5e5),
      ' \\n'.repeat(3e5),
    ];
    for (const input of long) {
      const began = performance.now();
      expect(await rejection(importPrivateKey(input))).toBeInstanceOf(InputError);
      expect(performance.now() - began).toBeLessThan(1_000);
    }
  });
});
