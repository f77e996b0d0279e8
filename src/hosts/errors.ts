import type { OktaError } from '../errors/errors.ts';

/** Matches the bracketed command-line instructions in hints; hosts have forms instead. */
const COMMANDS = / \("okta-connector [^"]*"\)/g;

/** The hint of an error without command-line instructions; undefined if there is none. */
export const hintOf = ({ hint }: { hint?: string }): string | undefined => hint?.replaceAll(COMMANDS, '');

/** All information of an error as plain data without empty members. */
export const plainError = (error: OktaError): Record<string, unknown> =>
  JSON.parse(JSON.stringify({ ...error.toJSON(), hint: hintOf(error) }));
