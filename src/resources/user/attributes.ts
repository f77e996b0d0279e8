import { OktaError } from '../../errors/errors.ts';

interface OktaUserType {
  id: string;
  default?: boolean;
  _links?: { schema?: { href?: string } };
}

/**
 * Okta's schema of a user type, `default` for the default one. Without a type: that of the only one, if the org has just
 * one; undefined otherwise.
 * @throws OktaError `not_found` for a type that is not there.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/#tag/Schema/operation/getUserSchema
 */
export async function readUserSchema(
  get: (path: string) => Promise<unknown>,
  typeId: string | undefined,
): Promise<unknown> {
  if (typeId === 'default') return get('/api/v1/meta/schemas/user/default');
  const types = (await get('/api/v1/meta/types/user')) as OktaUserType[];
  const only = types.length === 1 ? types[0] : undefined;
  const type = typeId === undefined ? only : types.find((one) => one.id === typeId);
  const id = type?._links?.schema?.href?.split('/').pop();
  if (id !== undefined) return get(`/api/v1/meta/schemas/user/${id}`);
  if (typeId === undefined) return undefined;
  throw new OktaError('There is no user type with this id, or it has no schema', {
    code: 'not_found',
    actor: 'caller',
    hint: 'GET /api/v1/meta/types/user lists the user types; "default" is the default one.',
  });
}

/** Ids of the user types beside the default one. */
export async function otherUserTypes(get: (path: string) => Promise<unknown>): Promise<string[]> {
  const types = (await get('/api/v1/meta/types/user')) as OktaUserType[];
  return types.filter((type) => !type.default).map(({ id }) => id);
}
