import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { importPrivateKey } from '../../src/auth/private-key.ts';
import { InputError } from '../../src/errors/errors.ts';
import { rejection } from '../support/server.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = Object.fromEntries(
  ['P-256', 'P-384', 'P-521'].map((namedCurve) => [namedCurve, generateKeyPairSync('ec', { namedCurve })]),
);
const p256 = ec['P-256'] as { privateKey: KeyObject; publicKey: KeyObject };
const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1') =>
  key.export({ type, format: 'pem' }).toString();
const jwk = (key: KeyObject) => key.export({ format: 'jwk' }) as Record<string, unknown>;

/** Signs with what was imported, verifies with the public half. */
async function works(
  imported: Awaited<ReturnType<typeof importPrivateKey>>,
  publicKey: KeyObject,
  alg: string,
): Promise<void> {
  expect(imported.alg).toBe(alg);
  const jwt = await new SignJWT({ a: 1 }).setProtectedHeader({ alg: imported.alg }).sign(imported.key);
  const { payload } = await jwtVerify(
    jwt,
    createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
    {
      algorithms: [alg],
    },
  );
  expect(payload.a).toBe(1);
}

describe('forms of a private key', () => {
  const rsaJwk = jwk(rsa.privateKey);
  it.each<[string, string | Record<string, unknown>]>([
    ['PKCS#8', pem(rsa.privateKey, 'pkcs8')],
    ['PKCS#1', pem(rsa.privateKey, 'pkcs1')],
    ['PEM with literal \\n', pem(rsa.privateKey, 'pkcs8').replaceAll('\n', '\\n')],
    ['PEM with literal \\r\\n', pem(rsa.privateKey, 'pkcs8').replaceAll('\n', '\\r\\n')],
    ['PEM with Windows line ends', pem(rsa.privateKey, 'pkcs8').replaceAll('\n', '\r\n')],
    ['PEM with blanks around', `\n  ${pem(rsa.privateKey, 'pkcs8')}  \n`],
    ['PEM after other lines', `Bag Attributes\n${pem(rsa.privateKey, 'pkcs8')}`],
    ['JWK object', rsaJwk],
    ['JWK text', JSON.stringify(rsaJwk)],
    ['JWK text, pretty', `\n${JSON.stringify(rsaJwk, undefined, 2)}\n`],
    ['JWKS object with one key', { keys: [rsaJwk] }],
    ['JWKS text with one key', JSON.stringify({ keys: [rsaJwk] })],
  ])('%s', async (_, input) => {
    await works(await importPrivateKey(input), rsa.publicKey, 'RS256');
  });

  it.each([
    ['SEC1', pem(p256.privateKey, 'sec1')],
    ['PKCS#8', pem(p256.privateKey, 'pkcs8')],
    ['JWK', JSON.stringify(jwk(p256.privateKey))],
  ])('EC as %s', async (_, input) => {
    await works(await importPrivateKey(input), p256.publicKey, 'ES256');
  });
});

describe('the algorithm', () => {
  it.each(['RS256', 'RS384', 'RS512'])('%s for RSA, by option or by the JWK', async (alg) => {
    await works(await importPrivateKey(pem(rsa.privateKey, 'pkcs8'), undefined, alg), rsa.publicKey, alg);
    await works(await importPrivateKey({ ...jwk(rsa.privateKey), alg }), rsa.publicKey, alg);
  });

  it.each([
    ['P-256', 'ES256'],
    ['P-384', 'ES384'],
    ['P-521', 'ES512'],
  ])('of a %s key is %s, whatever else is asked for', async (curve, alg) => {
    const pair = ec[curve] as { privateKey: KeyObject; publicKey: KeyObject };
    await works(
      await importPrivateKey(pem(pair.privateKey, 'pkcs8'), undefined, 'RS256'),
      pair.publicKey,
      alg,
    );
  });

  it('the JWK wins over the option', async () => {
    const imported = await importPrivateKey({ ...jwk(rsa.privateKey), alg: 'RS512' }, undefined, 'RS384');
    expect(imported.alg).toBe('RS512');
  });

  it.each(['PS256', 'EdDSA', 'HS256', 'none'])('%s is refused', async (alg) => {
    const error = await rejection(importPrivateKey({ ...jwk(rsa.privateKey), alg }));
    expect(error.message).toContain(`${alg} is not one of RS256`);
  });
});

describe('the key id', () => {
  it('is the one given, else that of the JWK, else none', async () => {
    const withKid = { ...jwk(p256.privateKey), kid: 'of-jwk' };
    expect((await importPrivateKey(withKid, 'given')).kid).toBe('given');
    expect((await importPrivateKey(withKid)).kid).toBe('of-jwk');
    expect((await importPrivateKey(pem(p256.privateKey, 'sec1'))).kid).toBeUndefined();
  });
});

describe('refused, saying what was found instead', () => {
  const encrypted = (type: 'pkcs8' | 'pkcs1') =>
    rsa.privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
  const ed = generateKeyPairSync('ed25519').privateKey;
  const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
  const rows: [string, string | Record<string, unknown>, RegExp][] = [
    ['an encrypted PKCS#8', encrypted('pkcs8'), /encrypted/],
    ['an encrypted PKCS#1', encrypted('pkcs1'), /encrypted/],
    ['a public PEM', rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(), /public key/],
    ['a public PKCS#1', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(), /public key/],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----', /certificate/],
    ['a public JWK', jwk(rsa.publicKey), /public key/],
    ['two keys', { keys: [jwk(rsa.privateKey), jwk(p256.privateKey)] }, /2 keys/],
    ['no keys', { keys: [] }, /0 keys/],
    ['an Ed25519 PEM', pem(ed, 'pkcs8'), /ed25519/],
    ['an Ed25519 JWK', jwk(ed), /OKP/],
    ['a symmetric JWK', { kty: 'oct', k: 'AAAA' }, /oct/],
    ['secp256k1', pem(secp256k1, 'pkcs8'), /secp256k1 is not one of/],
    ['an empty object', {}, /no known type/],
    [
      'a JWK with half of its members',
      { kty: 'RSA', n: 'AQAB', e: 'AQAB', d: 'AQAB' },
      /incomplete or damaged/,
    ],
    ['an EC JWK without its public half', { kty: 'EC', crv: 'P-256', d: 'AAAA' }, /incomplete or damaged/],
    ['broken JSON', '{"kty":', /not valid JSON/],
    ['a PEM that is cut off', pem(rsa.privateKey, 'pkcs8').slice(0, 200), /not valid PEM/],
    ['base64 without its lines', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', /neither PEM nor JWK/],
    ['a path', '/home/ana/key.pem', /neither PEM nor JWK/],
    ['nothing', '', /neither PEM nor JWK/],
  ];

  it.each(rows)('%s', async (_, input, message) => {
    const error = await rejection<InputError>(importPrivateKey(input));
    expect(error).toBeInstanceOf(InputError);
    expect(error.code).toBe('invalid_connection');
    expect(error.message).toMatch(message);
    const texts = `${JSON.stringify(error)}${error.stack}`;
    if (typeof input === 'string' && input.length > 40)
      expect(texts).not.toContain(input.slice(60, 90) || '\0');
    if (typeof input === 'object' && typeof input.d === 'string' && input.d.length > 4)
      expect(texts).not.toContain(input.d);
  });

  // It can be imported, and would fail at the first signature.
  it('an RSA key below 2048 bits', async () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    expect(await rejection(importPrivateKey(pem(small, 'pkcs8')))).toBeInstanceOf(InputError);
  });

  it('a JWK that is not for signing', async () => {
    const error = await rejection(importPrivateKey({ ...jwk(p256.privateKey), key_ops: ['deriveBits'] }));
    expect(error).toBeInstanceOf(InputError);
  });

  it('null inside a key set', async () => {
    expect(await rejection(importPrivateKey({ keys: [null] }))).toBeInstanceOf(InputError);
  });
});
