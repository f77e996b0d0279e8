import { invalid } from '../errors.ts';
import { type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import { readSingle, writeSingle } from '../org-settings/single.ts';

const source = '/api/v1/identity-sources/:identitySourceId';
const common = { alias: 'externalId', scope: 'okta.identitySources', deletion: { status: 200 } } as const;

/** Users as an identity source has them. */
export const sourceUsers = defineKind({
  ...{ ...common, path: `${source}/users`, param: 'externalId', prefix: '0ua', type: 'IdentitySourceUser' },
  ...{ serves: ['create', 'read', 'replace', 'update', 'delete'], updatesBy: 'PATCH' },
  make: (_call, body) => recordOf(body),
  view(call, user) {
    const { _links, ...members } = plainView(call, sourceUsers, user);
    return members;
  },
});

/** Groups as an identity source has them. */
export const sourceGroups = defineKind({
  ...{ ...common, path: `${source}/groups`, param: 'groupOrExternalId', prefix: '00g' },
  ...{ type: 'IdentitySourceGroup', serves: ['create', 'read', 'update', 'delete'] },
  make: (_call, body) => recordOf(body),
  view: (_call, { id, body }) => ({ id, ...body }),
});

function recordOf({ externalId, profile }: Json): Json {
  if (typeof externalId !== 'string' || externalId === '')
    throw invalid('externalId', 'externalId: The field cannot be left blank');
  return { externalId, profile: profile ?? {} };
}

const members = `${sourceGroups.path}/:groupOrExternalId/membership`;
const scope = 'okta.identitySources.manage';

/** The members of a group; the identity source may name a group that it has not sent yet. */
export const membershipEndpoints: Endpoint[] = [
  {
    ...{ method: 'GET', path: members, scope: 'okta.identitySources.read' },
    handle: (call) => ok({ memberExternalIds: membersOf(call) }),
  },
  {
    ...{ method: 'POST', path: members, scope },
    handle(call) {
      const { memberExternalId: id } = objectBody(call);
      if (typeof id !== 'string' || id === '')
        throw invalid('memberExternalId', 'memberExternalId: The field cannot be left blank');
      return setMembers(call, [...membersOf(call).filter((one) => one !== id), id]);
    },
  },
  {
    ...{ method: 'DELETE', path: `${members}/:memberExternalId`, scope },
    handle: (call) =>
      setMembers(
        call,
        membersOf(call).filter((one) => one !== call.params.memberExternalId),
      ),
  },
];

const pathOf = ({ params }: Call) =>
  members.replace(/:(\w+)/g, (_, name) => params[name as 'groupOrExternalId'] as string);

function membersOf(call: Call): string[] {
  return readSingle(call.org, pathOf(call), { memberExternalIds: [] }).memberExternalIds as string[];
}

function setMembers(call: Call, memberExternalIds: string[]) {
  writeSingle(call.org, pathOf(call), { memberExternalIds });
  return noContent;
}
