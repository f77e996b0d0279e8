import { invalid, oktaError } from '../errors.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { samlIssuerOf, signOnOf, sloPath, ssoPath } from '../saml/sign-on.ts';
import { escapeXml } from '../saml/xml.ts';
import type { App } from './app-store.ts';
import { appById } from './apps.ts';
import { certificateOf } from './keys.ts';

export const metadataOfAppEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/apps/:appId/sso/saml/metadata', scope: 'okta.apps.read', handle: preview },
  { method: 'GET', path: '/app/:issuer/sso/saml/metadata', handle: shared },
];

/** The address that is given to service providers; it needs no token. */
function shared(call: Call): Answer {
  const appId = `0oa${call.params.issuer?.slice(3)}`;
  return metadata(call, appById({ ...call, params: { appId } }));
}

function preview(call: Call): Answer {
  return metadata(call, appById(call));
}

/** What a service provider must know of the app: the certificate of a key, and where to send people to sign in. */
function metadata(call: Call, app: App): Answer {
  const accept = call.headers.get('accept') ?? '*/*';
  if (!/\*\/\*|application\/(\*|xml)|text\/xml/.test(accept)) throw oktaError('E0000019');
  if (!app.signOnMode.startsWith('SAML_')) throw invalid('signOnMode', 'The app does not sign in with SAML.');
  const { kid: own } = app.credentials.signing as Json;
  const certificate = certificateOf(call, app, call.query.get('kid') ?? String(own));
  const saml = 'urn:oasis:names:tc:SAML';
  const services = (name: string, path: string) =>
    ['POST', 'Redirect'].map(
      (binding) =>
        `<md:${name} Binding="${saml}:2.0:bindings:HTTP-${binding}" Location="${call.origin}${path}"/>`,
    );
  const { slo } = signOnOf(app);
  const body = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<md:EntityDescriptor entityID="${escapeXml(samlIssuerOf(app))}" xmlns:md="${saml}:2.0:metadata">`,
    `<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${saml}:2.0:protocol">`,
    '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>',
    `<ds:X509Certificate>${certificate.replace(/.{76}(?=.)/g, '$&\n')}</ds:X509Certificate>`,
    '</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>',
    ...(isObject(slo) && slo.enabled === true ? services('SingleLogoutService', sloPath(app)) : []),
    `<md:NameIDFormat>${saml}:1.1:nameid-format:emailAddress</md:NameIDFormat>`,
    ...services('SingleSignOnService', ssoPath(app)),
    '</md:IDPSSODescriptor></md:EntityDescriptor>',
  ].join('');
  const type = accept.includes('application/xml') ? 'application/xml' : 'text/xml';
  // Okta says ISO-8859-1 here, although the document is UTF-8.
  return { status: 200, body, headers: { 'Content-Type': `${type};charset=ISO-8859-1` } };
}
