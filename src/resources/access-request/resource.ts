import { z } from 'zod';
import { defineResource } from '../../define.ts';
import { field, timestamp } from '../../schema/fields.ts';
import { namedResource } from '../named.ts';

const principal = z.looseObject({ externalId: z.string(), type: z.string() });
const person = (externalId: string) => ({ externalId, type: 'OKTA_USER' });
const words =
  'SUBMITTED, PENDING, APPROVED, DENIED, CANCELED, EXPIRED, or REJECTED if Okta did not accept it.';

/** A request for access as Okta returns it. */
export const accessRequestSchema = z.looseObject({
  id: field(z.string(), 'Request ID', 'Unique id.', 'req1abcdefghijklmnop'),
  status: field(z.string(), 'Status', words, 'PENDING'),
  requestedFor: field(principal, 'Requested for', 'Who is to get access.', person('00u1abcdefghijklmnop')),
  requestedBy: field(principal, 'Requested by', 'Who asks for it.', person('00u2abcdefghijklmnop')),
  requested: field(
    z.looseObject({ entryId: z.string().optional(), resourceId: z.string().optional() }),
    'Requested',
    'The entry of the catalog, and what it stands for.',
    { entryId: 'cen1abcdefghijklmnop', resourceId: '0oa1abcdefghijklmnop' },
  ),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

export const accessRequestSample = {
  ...{ id: 'req1abcdefghijklmnop', status: 'PENDING' },
  ...{ requestedFor: person('00u1abcdefghijklmnop'), requestedBy: person('00u2abcdefghijklmnop') },
  requested: { entryId: 'cen1abcdefghijklmnop', resourceId: '0oa1abcdefghijklmnop' },
};

const [one, scopes] = ['/governance/api/v2/requests/{requestId}', ['okta.accessRequests.request.read']];
const ofRequestTypes = {
  ...{ id: /^[a-f\d]{24}$/i, one: '/governance/api/v1/requests/{requestId}' },
  scopes: ['okta.governance.accessRequests.read'],
};

/** Requests for access of Okta Identity Governance: those that conditions handle, and at the older path those of request types. */
export const accessRequest = defineResource({
  ...{ key: 'access_request', title: 'Access request', job: 'governance' },
  ...{ scopes, schema: accessRequestSchema, one },
  logged: ['ACCESS_REQUEST', 'AccessRequest'],
  forms: [{ id: /^req[a-z\d]{17}$/i, one, scopes }, ofRequestTypes],
});

/** What users can request. The list has the entries at the top of the catalog. */
export const catalogEntry = namedResource({
  ...{ key: 'catalog_entry', title: 'Catalog entry', job: 'governance' },
  scopes: ['okta.accessRequests.catalog.read'],
  ...{ list: '/governance/api/v2/catalogs/default/entries', listIn: ['data'] },
  plural: { key: 'catalog_entries', title: 'Catalog entries' },
  ...{ prefix: 'cen', example: 'cen1abcdefghijklmnop', handle: 'Acme CRM' },
  query: { filter: 'not(parent pr)', limit: 200 },
});
