import { childOf, rootOf } from './document.ts';
import { SamlProblem } from './problem.ts';

const saml = 'urn:oasis:names:tc:SAML:2.0';

/** What an application asks for when somebody signs out of it. */
export interface LogoutRequest {
  id: string;
  /** Entity ID of the application. */
  issuer: string | undefined;
  sessionIndex: string | undefined;
}

/** Reads a LogoutRequest. @throws SamlProblem */
export function logoutRequestIn(xml: string): LogoutRequest {
  const root = rootOf(xml);
  const isRequest = root.namespaceURI === `${saml}:protocol` && root.localName === 'LogoutRequest';
  const id = root.getAttribute('ID');
  if (!isRequest || !id) throw new SamlProblem('The SAML request is no LogoutRequest with an ID.');
  const textOf = (namespace: string, name: string) =>
    childOf(root, `${saml}:${namespace}`, name)?.textContent?.trim();
  return { id, issuer: textOf('assertion', 'Issuer'), sessionIndex: textOf('protocol', 'SessionIndex') };
}
