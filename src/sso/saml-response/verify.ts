import type { ActionContext } from '../../define.ts';
import type { SignInRecord } from '../sign-in/decision.ts';
import { outcomeOf } from '../sign-in/outcome.ts';
import { signInMapping } from '../sign-in/profile.ts';
import { assertionOf } from './assertion.ts';
import { assertEnvelope, assertMeant, clockDifference, type Expected } from './checks.ts';
import { claimsOf } from './claims.ts';
import { responseDocument } from './document.ts';
import { messageIn } from './message.ts';
import { type Sides, sidesOf } from './provider.ts';
import { type Proof, signedAssertion } from './signature.ts';
import { assertSuccess } from './status.ts';
import { useOnce } from './used.ts';

interface Input extends Sides, Partial<Pick<Proof, 'wantSigned' | 'privateKey'>> {
  samlResponse: string;
  requestId?: string | undefined;
  allowIdpInitiated: boolean;
  allowedSkewSeconds: number;
  state?: string | undefined;
  trustEmail: boolean;
  records: SignInRecord[];
  accounts: 'users' | 'customers';
  provisioning: boolean;
  mapping?: unknown;
}

/** From here on a difference between two clocks is told. */
const CLOCK_MS = 30_000;

/**
 * Verifies a response, accepts it once, and says what it means for the accounts of the application.
 * @throws OktaError `sign_in_refused` naming the check; InputError for what cannot be checked.
 */
export async function verifyResponse(context: ActionContext, input: Input) {
  const { requestId, allowIdpInitiated, wantSigned, privateKey, state: place, trustEmail } = input;
  const { clock } = context;
  const mapping = await signInMapping(input.mapping);
  const { xml, relayState } = messageIn(input.samlResponse);
  const document = await responseDocument(xml);
  assertSuccess(document);
  const { aheadMs, certificates, ...sides } = await sidesOf(context, input);
  const skewMs = input.allowedSkewSeconds * 1000;
  const expected: Expected = {
    ...{ ...sides, requestId, allowIdpInitiated, skewMs, aheadMs, now: clock.now() },
  };
  assertEnvelope(document.response, expected);
  const { assertion: element, certificate } = await signedAssertion(xml, document, {
    ...{ certificates, wantSigned, privateKey },
  });
  const assertion = assertionOf(element);
  assertMeant(assertion, expected);
  await useOnce(assertion, { place, clock });
  const { claims, email, warnings } = claimsOf(assertion);
  const { issuer, nameId: subject, nameIdFormat, attributes, sessionIndex } = assertion;
  const { records, provisioning, accounts: audience } = input;
  const outcome = outcomeOf(
    { issuer, subject, ...(email === undefined ? {} : { email, emailVerified: trustEmail }), claims },
    { records, audience, provisioning, mapping, ignoreCaseOfSubject: true },
    [
      ...warnings,
      ...(wantSigned === undefined && !document.signed.response ? [HALF_SIGNED] : []),
      ...(Date.parse(certificate.notAfter) <= clock.now() ? [expired(certificate.notAfter)] : []),
      ...(aheadMs !== undefined && Math.abs(aheadMs) >= CLOCK_MS
        ? [`Set the clock: ${clockDifference(aheadMs)}.`]
        : []),
      ...(place === undefined ? [FORGETS] : []),
    ],
  );
  return { ...outcome, nameIdFormat, attributes, sessionIndex, relayState };
}

const HALF_SIGNED =
  'Only the assertion is signed. Let the response be signed, too, or say with wantSigned that it need not be.';

const FORGETS = 'Without state, only this process knows that the response was used: give a file.';

/** Neither mod_auth_mellon nor node-saml refuses it. */
const expired = (notAfter: string) =>
  `The certificate of the identity provider expired at ${notAfter}: some applications refuse it.`;
