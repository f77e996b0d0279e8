import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import { InputError } from '../errors/errors.ts';

const WHOLE = 'Paste it whole, with its BEGIN and END lines.';

/** Layers of quotes and base64 that are taken off. */
const MAX_LAYERS = 5;

/**
 * Understands a private key in every spelling that forms, variables and secret stores make of it: PEM (PKCS#8, PKCS#1, SEC1)
 * or JWK (also a key set of one), as an object or as text; with line ends lost, as blanks or as `\n`, indented, in quotes, and
 * all of it in base64 or base64url.
 * @throws InputError `invalid_connection` saying what was found instead, without any of it.
 */
export function privateJwk(input: unknown): JWK {
  return readKey(input, MAX_LAYERS);
}

function readKey(input: unknown, layers: number): JWK {
  if (typeof input !== 'string') return onlyKey(input);
  const text = clean(input);
  const unquoted = layers > 0 ? withoutQuotes(text) : undefined;
  if (unquoted !== undefined) return readKey(unquoted, layers - 1);
  if (text.startsWith('{')) return onlyKey(parseJwk(text));
  if (/BEGIN [A-Z0-9 ]{1,40}[-–—]/i.test(text)) return jwkOfPem(text);
  const decoded = layers > 0 ? fromBase64(text) : undefined;
  if (decoded !== undefined) return readKey(decoded, layers - 1);
  if (/^(ssh-|ecdsa-)/.test(text)) throw invalidKey('The key is a public key; the private key is needed');
  throw invalidKey(
    'The private key is neither PEM nor JWK',
    /^[~./\\]|^[a-z]:\\|\.(pem|key|json|jwk)$/i.test(text)
      ? 'Give what is in the file, not its name.'
      : WHOLE,
  );
}

/** Without what editors and UTF-16 leave around and between the characters. */
const clean = (text: string) => text.replace(/[\0\u200b\u2060\ufeff\ufffd]/g, '').trim();

/** The text in a pair of quotes; undefined where there are none. */
function withoutQuotes(text: string): string | undefined {
  if (!/^\\?["'`“”„«‘]../s.test(text) || !/["'`“”»’]$/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return value;
  } catch {}
  return text.replace(/^\\?./s, '').replace(/\\?.$/s, '');
}

function parseJwk(text: string): unknown {
  // Quotes are escaped for a variable, or doubled for a CSV file.
  const unescaped = () => text.replace(BLANKS, '').replace(/"+/g, '"');
  for (const attempt of [() => text, unescaped]) {
    try {
      return JSON.parse(attempt());
    } catch {}
  }
  throw invalidKey('The private key starts like a JWK but is not valid JSON');
}

function onlyKey(value: unknown): JWK {
  const { keys } = value as { keys?: unknown };
  if (!Array.isArray(keys)) return value as JWK;
  if (keys.length !== 1)
    throw invalidKey(`The key set holds ${keys.length} keys; give the one private key to use`);
  return (keys[0] ?? {}) as JWK;
}

/** What the base64 or base64url stands for; undefined when it is neither. */
function fromBase64(text: string): string | undefined {
  const letters = text.replace(BLANKS, '');
  if (!/^[\w+/-]{20,}={0,2}$/.test(letters)) return undefined;
  const bytes = Buffer.from(letters, 'base64');
  return bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8');
}

/** White space, and what escapes and continued lines make of it; no value of a key has any. */
const BLANKS = /\\[rnt]|[\\\s]/g;

interface PemBlock {
  label: string;
  body: string;
  isWhole: boolean;
}

/** The blocks of a PEM, whatever stands between them. */
function blocksOf(text: string): PemBlock[] {
  // Word processors make long dashes of the hyphens.
  const parts = text.split(/[-–—]{2,}/).map((part) => part.replace(BLANKS, ' ').trim());
  return parts.flatMap((part, at) => {
    const [, label] = /^BEGIN +(.+)$/i.exec(part) ?? [];
    if (label === undefined) return [];
    const isWhole = parts[at + 2]?.toUpperCase() === `END ${label.toUpperCase()}`;
    return [{ label: label.toUpperCase(), body: parts[at + 1] ?? '', isWhole }];
  });
}

function jwkOfPem(text: string): JWK {
  const blocks = blocksOf(text);
  const keys = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const [key] = keys;
  if (!key) throw notPrivate(blocks);
  if (keys.length > 1) throw invalidKey(`The PEM holds ${keys.length} private keys; give the one to use`);
  if (key.label.startsWith('ENCRYPTED') || /^Proc-Type/i.test(key.body)) {
    throw invalidKey(
      'The private key is encrypted',
      'Decrypt it first: openssl pkcs8 -topk8 -nocrypt -in key.pem -out plain.pem.',
    );
  }
  if (key.label.startsWith('OPENSSH')) {
    throw invalidKey(
      "The private key is in OpenSSH's own format",
      'Convert a copy of it: ssh-keygen -p -m PKCS8 -N "" -f copy-of-key.',
    );
  }
  if (!key.isWhole) throw invalidKey('The private key is not valid PEM: its END line is missing', WHOLE);
  const body = key.body.replaceAll(' ', '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) {
    throw invalidKey('The private key is not valid PEM: it has characters that are not base64', WHOLE);
  }
  return jwkOfDer(Buffer.from(body, 'base64'));
}

function notPrivate(blocks: readonly PemBlock[]): InputError {
  const holds = (word: string) => blocks.some(({ label }) => label.includes(word));
  if (holds('PUBLIC KEY')) return invalidKey('The PEM holds a public key; the private key is needed');
  if (holds('CERTIFICATE')) return invalidKey('The PEM holds a certificate; the private key is needed');
  return invalidKey('The private key is neither PEM nor JWK', WHOLE);
}

function jwkOfDer(der: Buffer): JWK {
  const key = parseDer(der);
  if (!key) throw invalidKey('The private key is not valid PEM: a part is missing or damaged', WHOLE);
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'ec') {
    throw invalidKey(`The private key is of type ${key.asymmetricKeyType}; Okta takes RSA and EC keys`);
  }
  return key.export({ format: 'jwk' }) as JWK;
}

/** The label of a PEM is not always right: what it holds decides. */
function parseDer(key: Buffer): KeyObject | undefined {
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    try {
      return createPrivateKey({ key, format: 'der', type });
    } catch {}
  }
  return undefined;
}

/** A private key that cannot be used; the text must hold nothing of it. */
export function invalidKey(message: string, hint?: string): InputError {
  return new InputError(message, { code: 'invalid_connection', hint });
}
