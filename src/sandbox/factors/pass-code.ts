import { createHash, createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Seconds for which one code of an authenticator app is shown. */
export const timeStep = 30;

/** The shared secret of a factor, in base32. It follows from the id, so that a recording made again has the same bytes. */
export function sharedSecretOf(factorId: string): string {
  const bytes = createHash('sha256').update(factorId).digest().subarray(0, 16);
  return Array.from(bytes, (byte) => alphabet[byte % 32]).join('');
}

/** The number of the time step at a point in time. */
export const stepAt = (now: number): number => Math.floor(now / 1000 / timeStep);

/** The code of six digits that an authenticator app shows during a time step. @see RFC 6238 */
export function passCodeIn(step: number, sharedSecret: string): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', decoded(sharedSecret)).update(counter).digest();
  const offset = (mac.at(-1) as number) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function decoded(base32: string): Buffer {
  const bits = [...base32].map((digit) => alphabet.indexOf(digit).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
