import type { Element } from '@xmldom/xmldom';
import { children, childText } from '../metadata/document.ts';
import type { ResponseDocument } from './document.ts';
import { type RefusalDetails, refusedResponse } from './refusal.ts';

const meaning = (says: string, hint: string, actor: RefusalDetails['actor'] = 'admin') => ({
  says,
  hint,
  actor,
});

/** What an identity provider may answer instead of an assertion, by the last part of the code; the most telling first. */
const MEANINGS = {
  AuthnFailed: meaning(
    'the person could not be authenticated',
    'Look into the System Log of the identity provider.',
  ),
  NoPassive: meaning(
    'nobody is signed in at the identity provider, and the request allowed no page',
    'Send the request without IsPassive, so that the person can sign in.',
    'caller',
  ),
  RequestDenied: meaning(
    'the identity provider does not want to answer',
    'Check the assignment of the person and the sign-on policy of the app.',
  ),
  NoAuthnContext: meaning(
    'the person was not authenticated in the way that the request asks for',
    'Ask for no RequestedAuthnContext, or require it in the sign-on policy of the app.',
  ),
  InvalidNameIDPolicy: meaning(
    'the NameID cannot have the format that the request asks for',
    'Ask for no NameIDPolicy, or for the format that the app sends.',
  ),
  UnknownPrincipal: meaning(
    'the identity provider does not know the person',
    'Check whether the person exists there.',
  ),
  NoAvailableIDP: meaning('no identity provider can be reached', 'Try again later.'),
  UnsupportedBinding: meaning('the binding of the request is not offered', 'Use HTTP-POST or HTTP-Redirect.'),
  VersionMismatch: meaning('the request is not of SAML 2.0', 'Send SAML 2.0.', 'caller'),
  Requester: meaning(
    'the identity provider finds fault with the request',
    'Compare issuer, ACS URL and signature of the request with the settings of the app.',
  ),
  Responder: meaning(
    'the identity provider could not answer',
    'Look into the System Log of the identity provider; with Okta, check whether the person is assigned.',
  ),
} as const;

const lastOf = (code: Element) => (code.getAttribute('Value') ?? '').split(':').at(-1) ?? '';

/**
 * Refuses a response that has no assertion, and says why. It need not be signed: it signs nobody in.
 * @throws OktaError `sign_in_refused`
 */
export function assertSuccess({ response, assertion }: ResponseDocument): void {
  const status = children(response, 'Status')[0];
  const codes: string[] = [];
  for (let code = status && children(status, 'StatusCode')[0]; code; code = children(code, 'StatusCode')[0]) {
    codes.push(lastOf(code));
  }
  const isSuccess = codes.length === 1 && codes[0] === 'Success';
  if (isSuccess && assertion) return;
  const found = Object.entries(MEANINGS).find(([name]) => codes.includes(name))?.[1];
  const text = status && childText(status, 'StatusMessage');
  throw refusedResponse(
    'status',
    found?.says ?? (isSuccess ? 'it has no assertion' : 'its status is not Success'),
    {
      ...{
        actor: found?.actor,
        expected: 'Success, and an assertion',
        found: codes.join(', ') || 'no status',
      },
      hint: found?.hint ?? 'Look into the log of the identity provider.',
      causes: text ? [`message: ${text}`] : [],
    },
  );
}
