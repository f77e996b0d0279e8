import type { Ajv } from 'ajv';
import type { ApiCall, ResourceDefinition } from '../define.ts';
import { didYouMean } from '../errors/did-you-mean.ts';
import { type ErrorCode, FORBIDDEN, InputError, isForbidden, isOktaError } from '../errors/errors.ts';
import { systemClock } from '../http/clock.ts';
import type { Clock } from '../http/types.ts';
import {
  attributeFrom,
  membersOf,
  type ProfileAttribute,
  type ProfileSchema,
  valueSchema,
} from '../schema/profile-attribute.ts';
import { isRecord } from '../schema/record.ts';

export type { ProfileAttribute };

/** True for an absent value, or one of the expected shape. */
const isReadable = (value: unknown) => value === undefined || value === null || isRecord(value);

/**
 * Reads one of Okta's schemas (of a user type, of groups, of the users of an app), base and custom attributes alike. Parts
 * that make no sense are skipped: an unintelligible schema must not prevent writing a profile.
 * @returns undefined when it has no attributes.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/#tag/Schema/operation/getUserSchema
 */
export function profileSchemaFrom(schema: unknown): ProfileSchema | undefined {
  const { base, custom } = membersOf(membersOf(schema).definitions);
  const attributes: ProfileAttribute[] = [];
  const values = new Map<string, object>();
  for (const part of [base, custom]) {
    const { properties, required } = membersOf(part);
    for (const [name, property] of Object.entries(membersOf(properties))) {
      const listed = Array.isArray(required) && required.includes(name);
      attributes.push(attributeFrom(name, property, { custom: part === custom, listed }));
      values.set(name, valueSchema(property));
    }
  }
  if (attributes.length === 0) return undefined;
  const complete =
    attributes.some((one) => !one.custom) && isReadable(custom) && isReadable(membersOf(custom).properties);
  return { attributes, values, complete };
}

/** Refusals that persist for a while; any other failure may pass. */
const LASTING: readonly ErrorCode[] = [...FORBIDDEN, 'not_found', 'feature_unavailable'];

/** Cached only briefly: a client may live for weeks while an admin adds attributes and scopes. */
const KEEP_MS = 60_000;

/**
 * Loads the schemas of one resource and caches them for a minute. Without a readable schema, checking is left to Okta; the
 * schema is requested again next time, unless reading it was refused.
 *
 * `strict` is for callers that need the schema itself: it bypasses the cache, and the result is undefined only when a
 * permission is missing or the answer contains no attributes. Everything else (a wrong credential, an unknown type, no
 * network) is thrown as OktaError.
 */
export function profileSchemas(
  call: (call: ApiCall) => Promise<{ json: unknown }>,
  { read }: Pick<NonNullable<ResourceDefinition['attributes']>, 'read'>,
  clock: Pick<Clock, 'now'> = systemClock,
): (typeId?: string, options?: { strict?: boolean }) => Promise<ProfileSchema | undefined> {
  const known = new Map<string, { schema: Promise<ProfileSchema | undefined>; until: number }>();

  async function load(typeId: string | undefined, strict: boolean): Promise<ProfileSchema | undefined> {
    // A single attempt for an incidental check: it must not delay the action.
    const get = async (path: string) => (await call({ method: 'GET', path, idempotent: strict })).json;
    const schema = await read(get, typeId);
    return schema === undefined ? undefined : profileSchemaFrom(schema);
  }

  function fresh(typeId: string | undefined, strict: boolean): Promise<ProfileSchema | undefined> {
    const key = typeId ?? '';
    const schema = load(typeId, strict)
      .then((loaded) => loaded && { ...loaded, reload: () => fresh(typeId, false).catch(() => undefined) })
      .catch((error: unknown) => {
        // A missing permission means no schema, not a failure.
        if (isForbidden(error)) return undefined;
        const code = isOktaError(error) ? error.code : undefined;
        if (!code || !LASTING.includes(code)) known.delete(key);
        throw error;
      });
    known.set(key, { schema, until: clock.now() + KEEP_MS });
    return schema;
  }

  return (typeId, { strict = false } = {}) => {
    if (strict) return fresh(typeId, true);
    const kept = known.get(typeId ?? '');
    const schema = kept && clock.now() < kept.until ? kept.schema : fresh(typeId, false);
    return schema.catch(() => undefined);
  };
}

/**
 * Checks a profile before it is sent. On a mismatch, checks again with a fresh schema: the attribute may have been added a
 * moment ago.
 * @param options.complete required attributes must be present (create, replace); they can never be cleared.
 * @throws InputError naming every attribute that is unknown, read-only, missing or of the wrong type.
 */
export async function assertProfile(
  schema: ProfileSchema | undefined,
  profile: Record<string, unknown>,
  options: { complete: boolean },
): Promise<void> {
  let problems = await problemsOf(schema, profile, options);
  if (problems.length > 0 && schema?.reload) {
    problems = await problemsOf(await schema.reload(), profile, options);
  }
  if (problems.length === 0) return;
  throw new InputError('The profile does not fit the schema of this org', {
    causes: problems,
    hint: 'Use the attributes that this org has ("okta-connector fields").',
  });
}

async function problemsOf(
  schema: ProfileSchema | undefined,
  profile: Record<string, unknown>,
  options: { complete: boolean },
): Promise<string[]> {
  if (schema === undefined) return [];
  const problems: string[] = [];
  const attributes = new Map(schema.attributes.map((one) => [one.name, one]));
  for (const { name, required, readOnly } of schema.attributes) {
    const value = Object.hasOwn(profile, name) ? profile[name] : undefined;
    if (readOnly && value !== undefined) problems.push(`profile.${name}: is read-only`);
    if (required && (value === null || (options.complete && value === undefined)))
      problems.push(`profile.${name}: is required`);
  }
  const { Ajv } = await import('ajv');
  for (const [name, value] of Object.entries(profile)) {
    const attribute = attributes.get(name);
    if (attribute) problems.push(...valueProblems(Ajv, schema, attribute, value));
    else if (schema.complete)
      problems.push(
        `profile.${name}: is not an attribute of this org${didYouMean(name, [...attributes.keys()])}`,
      );
  }
  return problems;
}

/** Compiling takes longer than a fast request, so each attribute in use is compiled once. */
const compilers = new WeakMap<object, Ajv>();

function valueProblems(
  Compiler: typeof Ajv,
  { values }: ProfileSchema,
  { name, choices }: ProfileAttribute,
  value: unknown,
): string[] {
  if (value === null || value === undefined) return [];
  // The schemas are generated here, so ajv need not validate them; ajv caches what it compiled.
  const ajv =
    compilers.get(values) ?? new Compiler({ allErrors: true, strict: false, validateSchema: false });
  compilers.set(values, ajv);
  const validate = ajv.compile(values.get(name) as object);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ keyword, instancePath, message = 'is not valid' }) => {
    const allowed = choices?.map((choice) => choice.value).join(', ');
    const problem =
      keyword === 'enum' && allowed
        ? `must be one of ${allowed}`
        : keyword === 'pattern'
          ? 'must be an e-mail address in this org'
          : message;
    return `profile.${name}${instancePath.replaceAll('/', '.')}: ${problem}`;
  });
}
