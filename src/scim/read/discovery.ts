import { ScimError } from '../error.ts';
import type { ScimSchemas } from '../schema/schemas.ts';
import { listResponse } from './list.ts';
import { MAX_COUNT } from './query.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';

export interface DiscoveryOptions {
  schemas: ScimSchemas;
  /** Passwords are passed on. */
  changesPasswords: boolean;
  maxOperations: number;
  maxPayloadSize: number;
}

/** What the server can do. @see https://datatracker.ietf.org/doc/html/rfc7643#section-5 */
export const serviceProviderConfig = (
  { changesPasswords, maxOperations, maxPayloadSize }: DiscoveryOptions,
  base: string,
) => ({
  schemas: [`${CORE}:ServiceProviderConfig`],
  patch: { supported: true },
  bulk: { supported: true, maxOperations, maxPayloadSize },
  filter: { supported: true, maxResults: MAX_COUNT },
  changePassword: { supported: changesPasswords },
  sort: { supported: true },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Token',
      description: 'The token of the server in the Authorization header, after "Bearer " or alone.',
      specUri: 'https://datatracker.ietf.org/doc/html/rfc6750',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
});

/** All resource types, or the one of this name. @throws ScimError 404 */
export function resourceTypes({ schemas }: DiscoveryOptions, base: string, name: string | undefined): object {
  const all = schemas.kinds.map(({ type, endpoint, core, extensions }) => ({
    schemas: [`${CORE}:ResourceType`],
    id: type,
    name: type,
    description: core.description,
    endpoint,
    schema: core.id,
    schemaExtensions: extensions.map(({ id }) => ({ schema: id, required: false })),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type}` },
  }));
  return oneOrAll(all, 'resource type', name);
}

/** All schemas, or the one of this URN. @throws ScimError 404 */
export function schemaDocuments(
  { schemas }: DiscoveryOptions,
  base: string,
  urn: string | undefined,
): object {
  const all = schemas.all.map((schema) => ({
    schemas: [`${CORE}:Schema`],
    ...schema,
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
  }));
  return oneOrAll(all, 'schema', urn);
}

function oneOrAll(all: readonly { id: string }[], what: string, id: string | undefined): object {
  if (id === undefined) return listResponse(all, all.length, 1);
  const found = all.find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (!found) throw new ScimError(404, `There is no ${what} with this name`);
  return found;
}
