import { createHash } from 'node:crypto';
import { invalid, oktaError } from '../errors.ts';
import { isObject, type Json } from '../json.ts';

const minimumLength = 8;
const maximumLength = 72;

/** The stored form of a password: enough to compare it, not to reveal it. */
export function digest(password: string): string {
  return createHash('sha256').update(`sandbox:${password}`).digest('base64url');
}

/** Why the org's policy refuses a password; undefined when it accepts it. */
function policyProblem(password: string): string | undefined {
  if (password.length >= minimumLength && password.length <= maximumLength) return undefined;
  return `Password requirements were not met. Password requirements: ${minimumLength} to ${maximumLength} characters.`;
}

/** The password set by a create or update; undefined when there is none. */
export function readPassword(
  password: unknown,
): { digest: string; imported: boolean; value?: string } | undefined {
  if (!isObject(password)) return undefined;
  const { value, hash, hook } = password;
  if (isObject(hook)) {
    if (hook.type !== 'default') throw invalid('password', 'password.hook.type: default is expected');
    return { digest: digest(`hook ${JSON.stringify(hook)}`), imported: true };
  }
  if (isObject(hash)) {
    const problem = hashProblem(hash);
    if (problem) throw invalid('password', `password.hash.${problem}`);
    return { digest: digest(`hash ${JSON.stringify(hash)}`), imported: true };
  }
  if (typeof value !== 'string') return undefined;
  const problem = policyProblem(value);
  if (problem) throw invalid('password', `password: ${problem}`);
  return { digest: digest(value), imported: false, value };
}

/** The new password of a credential operation; a refused one gets another error code than in a create. */
export function readNewPassword(password: unknown): string {
  const value = isObject(password) ? password.value : undefined;
  if (typeof value !== 'string') throw invalid('newPassword', 'newPassword: The field cannot be left blank');
  const problem = policyProblem(value);
  if (problem) throw oktaError('E0000014', '', [problem]);
  return value;
}

const radix64 = /^[./A-Za-z0-9]+$/;
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
const digestAlgorithms = new Set(['SHA-512', 'SHA-256', 'SHA-1', 'MD5']);

function hashProblem(hash: Json): string | undefined {
  const { algorithm } = hash;
  if (algorithm === 'BCRYPT') return bcryptProblem(hash);
  if (algorithm === 'PBKDF2') return pbkdf2Problem(hash);
  if (!digestAlgorithms.has(String(algorithm))) return 'algorithm: not supported';
  if (!matches(hash.value, base64)) return 'value: base64 is expected';
  if (hash.salt === undefined) return undefined;
  if (!matches(hash.salt, base64)) return 'salt: base64 is expected';
  return hash.saltOrder === 'PREFIX' || hash.saltOrder === 'POSTFIX'
    ? undefined
    : 'saltOrder: PREFIX or POSTFIX is expected';
}

function bcryptProblem({ workFactor, salt, value, saltOrder }: Json): string | undefined {
  if (!isWhole(workFactor, 1, 20)) return 'workFactor: 1 to 20 is expected';
  if (!matches(salt, radix64) || String(salt).length !== 22)
    return 'salt: 22 characters of Radix-64 are expected';
  if (!matches(value, radix64) || String(value).length !== 31)
    return 'value: 31 characters of Radix-64 are expected';
  return saltOrder === undefined ? undefined : 'saltOrder: not used with BCRYPT';
}

function pbkdf2Problem({ salt, value, iterationCount, keySize, digestAlgorithm }: Json): string | undefined {
  if (!matches(salt, base64)) return 'salt: base64 is expected';
  if (!matches(value, base64)) return 'value: base64 is expected';
  if (!isWhole(iterationCount, 4096, Number.MAX_SAFE_INTEGER))
    return 'iterationCount: at least 4096 is expected';
  if (!isWhole(keySize, 1, 1024)) return 'keySize: a number of bytes is expected';
  const known = digestAlgorithm === 'SHA256_HMAC' || digestAlgorithm === 'SHA512_HMAC';
  return known ? undefined : 'digestAlgorithm: SHA256_HMAC or SHA512_HMAC is expected';
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isWhole(value: unknown, minimum: number, maximum: number): boolean {
  return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
}
