import { hash, timingSafeEqual } from 'node:crypto';
import { InputError } from '../../errors/errors.ts';
import { ScimError } from '../error.ts';

/** A token, or its SHA-256 in hexadecimal digits for servers that do not keep it. */
export type ScimToken = string | { sha256: string };

/** The hash of a token, as `ScimToken` has it. */
export const tokenHash = (token: string): string => hash('sha256', token, 'hex');

/**
 * Checks the Authorization header of each request against a token, in constant time.
 * @throws InputError for a token that nothing can match safely.
 */
export function tokenCheck(token: ScimToken): (header: string | null) => void {
  const digest = digestOf(token);
  return (header) => {
    const given = tokenIn(header ?? '');
    if (timingSafeEqual(Buffer.from(tokenHash(given), 'hex'), digest) && given !== '') return;
    throw new ScimError(
      401,
      `${header === null ? 'The Authorization header is missing' : 'The token is not the one of this server'}. ` +
        'Send it as "Authorization: Bearer <token>", or as "Authorization: <token>" where Okta sends what you type.',
      { headers: { 'WWW-Authenticate': 'Bearer realm="SCIM"' } },
    );
  };
}

/** Okta adds "Bearer " by itself for some kinds of app, and sends what was typed for others; or a user name and a password. */
function tokenIn(header: string): string {
  const [, basic] = /^Basic\s+([\w+/=-]+)$/i.exec(header) ?? [];
  if (basic === undefined) return header.replace(/^(?:Bearer\s+)+/i, '').trim();
  const text = Buffer.from(basic, 'base64').toString();
  return text.slice(text.indexOf(':') + 1);
}

function digestOf(token: ScimToken): Buffer {
  if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return Buffer.from(tokenHash(token), 'hex');
  if (typeof token === 'object' && /^[\da-f]{64}$/i.test(token?.sha256))
    return Buffer.from(token.sha256, 'hex');
  throw new InputError('The token of the SCIM server is missing or not one', {
    hint: 'Give a long random text without blanks, or { sha256 } of one.',
  });
}
