import { createHash } from 'node:crypto';

/** Length of the prefix that identifies an input. */
const HEAD_BYTES = 64 * 1024;

/** The bytes of an input and its fingerprint. */
export interface Source {
  /** SHA-256 of the first 64 KB, hexadecimal. */
  head: string;
  /** May be read once. */
  bytes: AsyncGenerator<Uint8Array>;
}

/** Reads the prefix of an input, and returns a stream of the whole. */
export async function openSource(stream: AsyncIterable<Uint8Array>): Promise<Source> {
  const chunks = stream[Symbol.asyncIterator]();
  const begin: Uint8Array[] = [];
  for (let size = 0; size < HEAD_BYTES; ) {
    const { done, value } = await chunks.next();
    if (done) break;
    begin.push(value);
    size += value.length;
  }
  const head = createHash('sha256').update(Buffer.concat(begin).subarray(0, HEAD_BYTES)).digest('hex');
  async function* bytes() {
    try {
      for (let chunk = begin.shift(); chunk; chunk = begin.shift()) {
        yield chunk;
      }
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
        yield next.value;
      }
    } finally {
      void chunks.return?.();
    }
  }
  return { head, bytes: bytes() };
}
