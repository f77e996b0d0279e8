import type { Element } from '@xmldom/xmldom';
import { childText } from '../metadata/document.ts';
import type { Assertion, Period } from './assertion.ts';
import { refusedResponse } from './refusal.ts';

/** What a response must say to be meant for this application, now. */
export interface Expected {
  /** Entity ID of the identity provider. */
  issuer: string;
  /** Entity ID of the application. */
  audience: string;
  /** Where the response arrived. */
  acsUrl: string;
  /** Of the request that it answers; undefined if there was none. */
  requestId: string | undefined;
  allowIdpInitiated: boolean;
  /** How far clocks may differ, in every comparison of times. */
  skewMs: number;
  /** Milliseconds since the epoch. */
  now: number;
  /** How far the clock of this machine is ahead of the one of the identity provider, in milliseconds, if that was measured. */
  aheadMs: number | undefined;
}

/** What can be said before signatures are checked, for the sake of a better reason: none of it is proof. */
export function assertEnvelope(response: Element, { issuer, acsUrl, ...expected }: Expected): void {
  const from = childText(response, 'Issuer');
  if (from !== undefined) assertIssuer(from, issuer);
  const destination = response.getAttribute('Destination');
  if (destination) assertAddress('destination', destination, acsUrl);
  assertAnswers(response.getAttribute('InResponseTo') ?? undefined, expected);
}

/** Compares what is signed with what is expected. @throws OktaError `sign_in_refused` that names both. */
export function assertMeant(assertion: Assertion, expected: Expected): void {
  assertIssuer(assertion.issuer, expected.issuer);
  assertAudience(assertion, expected.audience);
  assertNow('Conditions', assertion.conditions, assertion, expected);
  assertNow(
    'AuthnStatement',
    { notBefore: undefined, notOnOrAfter: assertion.sessionEnds },
    assertion,
    expected,
  );
  assertConfirmed(assertion, expected);
}

function assertIssuer(found: string, expected: string): void {
  if (found === expected) return;
  throw refusedResponse('issuer', 'it comes from another identity provider, or another app', {
    ...{ expected, found },
    hint: 'Check which app the person opened, and whether appId or the metadata are those of that app.',
  });
}

function assertAudience({ audiences }: Assertion, expected: string): void {
  if (audiences.length > 0 && audiences.every((some) => some.includes(expected))) return;
  throw refusedResponse('audience', 'it is for another application', {
    ...{ expected, found: audiences.map((some) => some.join(', ')).join('; ') || 'no audience' },
    hint: 'The audience (SP Entity ID) of the app in Okta must be the entity ID of the application, character by character.',
  });
}

/** A bearer may use an assertion if one confirmation allows it; the error is about the first. */
function assertConfirmed(assertion: Assertion, expected: Expected): void {
  const errors: unknown[] = [];
  for (const one of assertion.confirmations) {
    try {
      assertAddress('recipient', one.recipient ?? 'none', expected.acsUrl);
      if (one.notOnOrAfter === undefined) throw unconfirmed('its confirmation has no end');
      assertNow('SubjectConfirmationData', one, assertion, expected);
      assertAnswers(one.inResponseTo, expected);
      return;
    } catch (error) {
      errors.push(error);
    }
  }
  throw errors[0] ?? unconfirmed('it may not be used by who brings it');
}

const unconfirmed = (what: string) =>
  refusedResponse('confirmation', what, {
    expected: 'SubjectConfirmation of the method bearer, with NotOnOrAfter',
    hint: 'Compare the SAML settings of the identity provider.',
  });

function assertAddress(check: 'destination' | 'recipient', found: string, expected: string): void {
  if (found === expected) return;
  throw refusedResponse(check, 'it is for another address', {
    ...{ expected, found },
    hint: 'The single sign-on URL of the app in Okta must be the ACS URL of the application, character by character.',
  });
}

/** Whether it answers the request that was sent. That RelayState is missing says nothing about it. */
function assertAnswers(
  found: string | undefined,
  { requestId, allowIdpInitiated }: Pick<Expected, 'requestId' | 'allowIdpInitiated'>,
): void {
  if (found === requestId && (requestId !== undefined || allowIdpInitiated)) return;
  const refused = (what: string, hint: string, actor: 'caller' | 'admin' = 'caller') =>
    refusedResponse('InResponseTo', what, {
      ...{
        actor,
        expected: requestId ?? (allowIdpInitiated ? 'none' : 'the id of a request'),
        found: found ?? 'none',
        hint,
      },
    });
  if (requestId === undefined && found !== undefined) {
    throw refused(
      'it answers a request, but there is no requestId to compare',
      'Give the id of the request. If it was in a cookie: a browser sends one along with this POST only if it is SameSite=None; Secure. Better, keep requests on the server.',
    );
  }
  if (found === undefined) {
    throw refused(
      'nobody asked for it: it was started at the identity provider',
      requestId === undefined
        ? 'Set allowIdpInitiated to true if people may start there (the tile in Okta); or send them to sign in again, with a request.'
        : 'It does not answer the request that was sent. If people may also start at the identity provider, leave requestId out for those.',
    );
  }
  throw refused(
    'it answers another request',
    'The person may have begun in two tabs: let the person sign in again. Keep a request until its answer comes.',
  );
}

/** One tolerance for all: a second one somewhere else would be forgotten. */
function assertNow(
  part: string,
  { notBefore, notOnOrAfter }: Period,
  { issuedAt }: Assertion,
  expected: Expected,
): void {
  const { now, skewMs, aheadMs } = expected;
  const isEarly = notBefore !== undefined && now + skewMs < notBefore;
  const isLate = notOnOrAfter !== undefined && now - skewMs >= notOnOrAfter;
  if (!isEarly && !isLate) return;
  const iso = (time: number) => new Date(time).toISOString();
  const limit = isEarly ? `NotBefore ${iso(notBefore)}` : `NotOnOrAfter ${iso(Number(notOnOrAfter))}`;
  throw refusedResponse('time', isEarly ? 'it is not valid yet' : 'it is not valid any more', {
    actor: aheadMs !== undefined && Math.abs(aheadMs) > skewMs ? 'caller' : 'admin',
    expected: `${part} ${limit}, give or take ${skewMs / 1000} s`,
    found: iso(now),
    causes: [
      `issued ${seconds(now - issuedAt)} ${now < issuedAt ? 'after' : 'before'} the time of this machine`,
      ...(aheadMs === undefined ? [] : [clockDifference(aheadMs)]),
    ],
    hint: isEarly
      ? 'Set the clock of this machine, or the one of the identity provider; allowedSkewSeconds is for what remains.'
      : 'A response is for once, at once: let the person sign in again. If it is new, set the clocks.',
  });
}

const seconds = (ms: number) => `${Math.abs(Math.round(ms / 1000))} s`;

/** A sentence about two clocks. */
export const clockDifference = (aheadMs: number): string =>
  `the clock of this machine is ${seconds(aheadMs)} ${aheadMs < 0 ? 'behind' : 'ahead of'} the one of Okta`;
