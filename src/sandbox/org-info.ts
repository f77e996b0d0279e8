import { iso } from './clock.ts';
import { type Answer, type Call, type Endpoint, ok } from './http.ts';

/** General information about the org. */
export const orgEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/org', scope: 'okta.orgs.read', handle: getOrg },
  { method: 'GET', path: '/.well-known/okta-organization', handle: getOrganization },
];

function getOrg(call: Call): Answer {
  const { org, origin } = call;
  return ok({
    id: org.id,
    subdomain: 'sandbox',
    companyName: 'Okta Sandbox',
    status: 'ACTIVE',
    expiresAt: null,
    created: iso(org.created),
    lastUpdated: iso(org.created),
    website: 'https://sandbox.example',
    phoneNumber: '',
    endUserSupportHelpURL: '',
    supportPhoneNumber: '',
    address1: null,
    address2: null,
    city: null,
    state: null,
    country: null,
    postalCode: null,
    _links: {
      preferences: { href: `${origin}/api/v1/org/preferences` },
      uploadLogo: { href: `${origin}/api/v1/org/logo`, hints: { allow: ['POST'] } },
      oktaCommunication: { href: `${origin}/api/v1/org/privacy/oktaCommunication` },
      logo: { href: `${origin}/logo/org.png` },
      oktaSupport: { href: `${origin}/api/v1/org/privacy/oktaSupport` },
      contacts: { href: `${origin}/api/v1/org/contacts` },
    },
  });
}

function getOrganization({ org, origin }: Call): Answer {
  return ok({
    id: org.id,
    cell: 'sandbox',
    _links: { organization: { href: origin } },
    pipeline: 'idx',
    settings: {
      analyticsCollectionEnabled: false,
      bugReportingEnabled: false,
      omEnabled: false,
      pssoEnabled: false,
      desktopMFAEnabled: false,
      itpEnabled: false,
    },
  });
}
