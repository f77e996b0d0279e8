import { sign } from 'node:crypto';
import type { KeyPair } from './key-pairs.ts';

/** Attributes of a subject, by their short names: `{ CN: 'SP issuer' }`. */
export type Subject = Readonly<Record<string, string>>;

/** Object identifiers of the attributes of a subject, after 2.5.4. */
const attributes: Readonly<Record<string, number>> = { CN: 3, C: 6, L: 7, ST: 8, O: 10, OU: 11 };

/** A value in DER: tag, length, contents. */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const size = [...Buffer.from(body.length.toString(16).padStart(8, '0'), 'hex')];
  const bytes = size.slice(size.findIndex((byte) => byte > 0));
  const length = body.length < 128 ? [body.length] : [0x80 + bytes.length, ...bytes];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const [integer, bits, octets, empty, identifier, utf8, utcTime, sequence, set] = [
  2, 3, 4, 5, 6, 12, 23, 0x30, 0x31,
] as const;
const version = (number: number) => der(integer, Buffer.from([number]));
const sha256WithRsa = der(sequence, der(identifier, Buffer.from('2a864886f70d01010b', 'hex')), der(empty));

const nameOf = (subject: Subject): Buffer =>
  der(
    sequence,
    ...Object.entries(subject).map(([name, value]) => {
      const type = der(identifier, Buffer.from([0x55, 4, attributes[name] as number]));
      return der(set, der(sequence, type, der(utf8, Buffer.from(value))));
    }),
  );

/** `YYMMDDhhmmssZ` */
const timeOf = (at: number): Buffer =>
  der(utcTime, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replace(/\D/g, '')}Z`));

function signed(contents: Buffer, privateKey: string): Buffer {
  const signature = sign('sha256', contents, privateKey);
  return der(sequence, contents, sha256WithRsa, der(bits, Buffer.from([0]), signature));
}

/** The certificate of a key with which Okta signs, signed with that key: DER in base64. */
export function selfSigned({ publicKey, privateKey }: KeyPair, from: number, years: number): string {
  const until = new Date(from);
  until.setUTCFullYear(until.getUTCFullYear() + years);
  const name = nameOf({ C: 'US', O: 'Okta', OU: 'SSOProvider', CN: 'sandbox' });
  const validity = der(sequence, timeOf(from), timeOf(until.getTime()));
  const head = [der(0xa0, version(2)), version(1), sha256WithRsa, name, validity, name];
  return signed(der(sequence, ...head, publicKey), privateKey).toString('base64');
}

/** A request for a certificate of a key, in DER (PKCS #10). @param dnsNames further names of the subject */
export function signingRequest(
  { publicKey, privateKey }: KeyPair,
  subject: Subject,
  dnsNames: readonly string[] = [],
): Buffer {
  const wanted = der(0xa0, ...(dnsNames.length > 0 ? [extensionRequest(dnsNames)] : []));
  return signed(der(sequence, version(0), nameOf(subject), publicKey, wanted), privateKey);
}

/** The attribute of a request that asks for the extension `subjectAltName`. */
function extensionRequest(dnsNames: readonly string[]): Buffer {
  const names = dnsNames.map((name) => der(0x82, Buffer.from(name)));
  const extension = der(
    sequence,
    der(identifier, Buffer.from('551d11', 'hex')),
    der(octets, der(sequence, ...names)),
  );
  const type = der(identifier, Buffer.from('2a864886f70d01090e', 'hex'));
  return der(sequence, type, der(set, der(sequence, extension)));
}
