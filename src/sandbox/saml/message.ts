import { inflateRawSync } from 'node:zlib';
import { SamlProblem } from './problem.ts';

/** No request needs more, even with a signature and its certificate. */
const MAXIMUM_BYTES = 64 * 1024;

/** The XML in the parameter of the binding HTTP-Redirect: base64 of a deflated text. @throws SamlProblem */
export function inflated(encoded: string): string {
  try {
    return inflateRawSync(bytesOf(encoded), { maxOutputLength: MAXIMUM_BYTES }).toString('utf8');
  } catch (error) {
    if (error instanceof SamlProblem) throw error;
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? tooLong()
      : new SamlProblem('The SAML request is not deflated, as the binding HTTP-Redirect asks for.');
  }
}

/** The XML in the field of the binding HTTP-POST: base64. @throws SamlProblem */
export function posted(encoded: string): string {
  return bytesOf(encoded).toString('utf8');
}

function bytesOf(encoded: string): Buffer {
  const text = encoded.replace(/\s/g, '');
  if (!/^[\w+/-]+={0,2}$/.test(text)) throw new SamlProblem('The SAML request is not base64.');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > MAXIMUM_BYTES) throw tooLong();
  return bytes;
}

const tooLong = () => new SamlProblem(`The SAML request is longer than ${MAXIMUM_BYTES} bytes.`);
