import { childOf, rootOf } from './document.ts';
import { SamlProblem } from './problem.ts';

const saml = 'urn:oasis:names:tc:SAML:2.0';

/** What an application asks for. The sandbox, like Okta, takes format of the NameID and kind of authentication from the app. */
export interface AuthnRequest {
  id: string;
  /** Entity ID of the application. */
  issuer: string | undefined;
  acsUrl: string | undefined;
  acsIndex: number | undefined;
  /** Whether people must enter their password even if they are signed in. */
  forceAuthn: boolean;
  /** Whether people must not be asked for anything. */
  isPassive: boolean;
}

/** Reads an AuthnRequest. @throws SamlProblem */
export function authnRequestIn(xml: string): AuthnRequest {
  const root = rootOf(xml);
  const isRequest = root.namespaceURI === `${saml}:protocol` && root.localName === 'AuthnRequest';
  if (!isRequest || root.getAttribute('Version') !== '2.0')
    throw new SamlProblem('The SAML request is no AuthnRequest of SAML 2.0.');
  const id = root.getAttribute('ID') ?? '';
  if (!/^[A-Za-z_][\w.-]{0,255}$/.test(id)) throw new SamlProblem('The SAML request has no valid ID.');
  const binding = root.getAttribute('ProtocolBinding');
  if (binding && binding !== `${saml}:bindings:HTTP-POST`)
    throw new SamlProblem(`The SAML request wants its answer through ${binding}; only HTTP-POST is there.`);
  const index = root.getAttribute('AssertionConsumerServiceIndex');
  const isSet = (name: string) => ['true', '1'].includes(root.getAttribute(name) ?? '');
  return {
    id,
    issuer: childOf(root, `${saml}:assertion`, 'Issuer')?.textContent?.trim(),
    acsUrl: root.getAttribute('AssertionConsumerServiceURL') || undefined,
    acsIndex: index ? Number(index) : undefined,
    forceAuthn: isSet('ForceAuthn'),
    isPassive: isSet('IsPassive'),
  };
}
