import { OktaError } from '../../errors/errors.ts';
import { EMAIL_SHAPE, membersOf } from '../../schema/profile-attribute.ts';

type Get = (path: string) => Promise<unknown>;

const TYPES = '/api/v1/meta/types/user';

/** The user types of an org; empty for an answer that is not a list of them. */
async function typesOf(get: Get): Promise<Record<string, unknown>[]> {
  const answer = await get(TYPES);
  return Array.isArray(answer) ? answer.map(membersOf) : [];
}

/**
 * Okta's schema of a user type, `default` for the default one. Without a type: the schema of the only type, or undefined
 * if the org has several.
 * @throws OktaError `not_found` for an unknown type.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/#tag/Schema/operation/getUserSchema
 */
export async function readUserSchema(get: Get, typeId: string | undefined): Promise<unknown> {
  if (typeId === 'default') return withLoginRule(await get('/api/v1/meta/schemas/user/default'));
  const types = await typesOf(get);
  const only = types.length === 1 ? types[0] : undefined;
  const type = typeId === undefined ? only : types.find(({ id }) => id === typeId);
  const { href } = membersOf(membersOf(type?._links).schema);
  if (typeof href === 'string')
    return withLoginRule(await get(`/api/v1/meta/schemas/user/${href.split('/').pop()}`));
  if (typeId === undefined) return undefined;
  throw new OktaError('There is no user type with this id, or it has no schema', {
    code: 'not_found',
    actor: 'caller',
    hint: `GET ${TYPES} lists the user types; "default" is the default one.`,
  });
}

/** Without a pattern, Okta wants logins to be e-mail addresses; with the pattern `.+` it does not apply the minimum length. */
function withLoginRule(schema: unknown): unknown {
  const { definitions } = membersOf(schema);
  const { base } = membersOf(definitions);
  const { properties } = membersOf(base);
  const { login } = membersOf(properties);
  if (login === undefined) return schema;
  const { pattern, minLength, ...rest } = membersOf(login);
  const ruled =
    pattern === '.+' ? { ...rest, pattern } : { ...rest, minLength, pattern: pattern ?? EMAIL_SHAPE };
  const changed = { ...membersOf(base), properties: { ...membersOf(properties), login: ruled } };
  return { ...membersOf(schema), definitions: { ...membersOf(definitions), base: changed } };
}

/** Ids of the user types other than the default. */
export const otherUserTypes = async (get: Get): Promise<string[]> =>
  (await typesOf(get)).filter((type) => type.default !== true).map(({ id }) => String(id));
