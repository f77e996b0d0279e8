import { TextDecoder } from 'node:util';
import { InputError } from '../errors/errors.ts';

/** Encodings by byte order mark; the default is UTF-8. */
const MARKS = [
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

/**
 * Decodes a stream of bytes: UTF-8, or UTF-16 with a byte order mark.
 * @throws InputError for invalid bytes, which would otherwise reach Okta as replacement characters.
 */
export async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let encoding = 'utf-8';
  let begin: Uint8Array = new Uint8Array();
  const read = (chunk: Uint8Array | undefined) => {
    try {
      return chunk ? decoder?.decode(chunk, { stream: true }) : decoder?.decode();
    } catch {
      throw notText(encoding);
    }
  };
  for await (const chunk of bytes) {
    let next = chunk;
    if (decoder === undefined) {
      begin = begin.length === 0 ? chunk : Buffer.concat([begin, chunk]);
      if (begin.length < 2) continue;
      encoding = MARKS.find(({ mark }) => mark.every((byte, at) => begin[at] === byte))?.encoding ?? 'utf-8';
      decoder = new TextDecoder(encoding, { fatal: true });
      next = begin;
    }
    const text = read(next);
    if (encoding === 'utf-8' && text?.includes('\0')) throw notText('utf-8');
    if (text) yield text;
  }
  decoder ??= new TextDecoder(encoding, { fatal: true });
  const last = begin.length < 2 ? read(begin) : '';
  const rest = `${last ?? ''}${read(undefined) ?? ''}`;
  if (rest) yield rest;
}

function notText(encoding: string): InputError {
  return new InputError(`The input is not valid ${encoding.toUpperCase()} text`, {
    hint: 'Save it as UTF-8 ("CSV UTF-8" in Excel), or as UTF-16 with a byte order mark.',
  });
}
