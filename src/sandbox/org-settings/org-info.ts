import { iso } from '../clock.ts';
import { oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { readSingle, writeSingle } from './single.ts';

const path = '/api/v1/org';

/** General information about the org. */
export const orgEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: 'okta.orgs.read', handle: getOrg },
  { method: 'POST', path, scope: 'okta.orgs.manage', handle: (call) => changeOrg(call, details(call)) },
  { method: 'PUT', path, scope: 'okta.orgs.manage', handle: (call) => changeOrg(call, initial) },
  {
    ...{ method: 'POST', path: `${path}/logo`, scope: 'okta.orgs.manage', takes: ['multipart/form-data'] },
    handle: uploadLogo,
  },
  { method: 'GET', path: '/.well-known/okta-organization', handle: getOrganization },
];

/** What an administrator can change. */
const initial: Json = {
  companyName: 'Okta Sandbox',
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
};

function details({ org }: Call): Json {
  return readSingle(org, path, initial);
}

function getOrg(call: Call): Answer {
  const { org, origin } = call;
  const { companyName, ...rest } = details(call);
  return ok({
    id: org.id,
    subdomain: 'sandbox',
    companyName,
    status: 'ACTIVE',
    expiresAt: null,
    created: iso(org.created),
    lastUpdated: iso(org.objects.get('/api/v1', 'org')?.lastUpdated ?? org.created),
    ...rest,
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

/** Changes what the body names; Okta ignores the members that nobody can change. @param before what the others are */
function changeOrg(call: Call, before: Json): Answer {
  const changes = Object.entries(objectBody(call)).filter(([name]) => Object.hasOwn(initial, name));
  writeSingle(call.org, path, { ...before, ...Object.fromEntries(changes) });
  return getOrg(call);
}

/** Accepts a picture, and keeps showing the old one: nothing here looks at logos. */
function uploadLogo({ body, origin }: Call): Answer {
  if (typeof body !== 'string') throw oktaError('E0000021');
  return { status: 201, headers: { Location: `${origin}/logo/org.png` } };
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
