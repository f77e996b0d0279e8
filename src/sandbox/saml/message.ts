import { inflateRawSync } from 'node:zlib';
import { SamlProblem } from './problem.ts';

/** No request needs more, even with a signature and its certificate. */
const MAXIMUM_BYTES = 64 * 1024;

/**
 * The XML in a parameter or field, which is in base64. HTTP-Redirect deflates it; through HTTP-POST some do so as well, node-saml
 * among them.
 * @throws SamlProblem
 */
export function xmlIn(encoded: string): string {
  const text = encoded.replace(/\s/g, '');
  if (!/^[\w+/-]+={0,2}$/.test(text)) throw new SamlProblem('The SAML request is not base64.');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > MAXIMUM_BYTES) throw tooLong();
  const plain = bytes.toString('utf8');
  return /^\uFEFF?\s*</.test(plain) ? plain : inflated(bytes);
}

function inflated(bytes: Buffer): string {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAXIMUM_BYTES }).toString('utf8');
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? tooLong()
      : new SamlProblem('The SAML request is neither XML nor deflated XML.');
  }
}

const tooLong = () => new SamlProblem(`The SAML request is longer than ${MAXIMUM_BYTES} bytes.`);
