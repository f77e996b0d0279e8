import { canonical } from '../../../schema/record.ts';

/** For JSON values. */
export const isDeepStrictEqual = (one: unknown, other: unknown): boolean =>
  canonical(one) === canonical(other);

export { promisify } from './node-saml.ts';
