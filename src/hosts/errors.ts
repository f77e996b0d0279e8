import type { OktaError } from '../errors/errors.ts';

/** What hints say of the command line stands in brackets; a host has forms for it. */
const COMMANDS = / \("okta-connector [^"]*"\)/g;

/** What to do, in words for somebody who has no command line; undefined where there is nothing to say. */
export const hintOf = ({ hint }: { hint?: string }): string | undefined => hint?.replaceAll(COMMANDS, '');

/** All that an error tells, as plain data without empty members. */
export const plainError = (error: OktaError): Record<string, unknown> =>
  JSON.parse(JSON.stringify({ ...error.toJSON(), hint: hintOf(error) }));
