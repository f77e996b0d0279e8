import { type ErrorActor, OktaError } from '../../errors/errors.ts';

/** Why a response is refused. */
export interface RefusalDetails {
  /** Who can mend it. Default: an administrator. */
  actor?: ErrorActor;
  expected?: string | undefined;
  found?: string | undefined;
  hint: string;
  /** More that helps to see why. */
  causes?: readonly string[];
}

/**
 * The error for a response that must not sign anybody in: `sign_in_refused`.
 * @param check what was checked, in one or two words: `audience`.
 */
export function refusedResponse(
  check: string,
  what: string,
  { actor = 'admin', expected, found, hint, causes = [] }: RefusalDetails,
): OktaError {
  return new OktaError(`The SAML response is refused: ${what}`, {
    ...{ code: 'sign_in_refused', actor, hint },
    causes: [
      `check: ${check}`,
      ...(expected === undefined ? [] : [`expected: ${expected}`]),
      ...(found === undefined ? [] : [`found: ${found}`]),
      ...causes,
    ],
  });
}
