import { notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import { userOfCall } from '../users/find.ts';
import { readSingle, writeSingle } from './single.ts';

const path = '/api/v1/org/contacts';
const types = ['BILLING', 'TECHNICAL'];

/** Whom Okta writes to about bills and technical matters: the first administrator, until somebody names others. */
export const contactEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: 'okta.orgs.read', handle: listTypes },
  { method: 'GET', path: `${path}/:contactType`, scope: 'okta.orgs.read', handle: getContact },
  { method: 'PUT', path: `${path}/:contactType`, scope: 'okta.orgs.manage', handle: putContact },
];

function listTypes({ origin }: Call): Answer {
  return ok(
    types.map((contactType) => ({
      contactType,
      _links: { [contactType.toLowerCase()]: { href: `${origin}${path}/${contactType}` } },
    })),
  );
}

function getContact(call: Call): Answer {
  const { userId } = readSingle(call.org, contactPath(call), { userId: call.org.adminId });
  return ok({ userId, _links: { user: { href: `${call.origin}/api/v1/users/${userId}` } } });
}

function putContact(call: Call): Answer {
  const user = userOfCall(call, String(objectBody(call).userId));
  writeSingle(call.org, contactPath(call), { userId: user.id });
  return getContact(call);
}

function contactPath({ params: { contactType = '' } }: Call): string {
  if (!types.includes(contactType)) throw notFound(contactType, 'OrgContactType');
  return `${path}/${contactType}`;
}
