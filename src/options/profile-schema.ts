import type { ErrorObject, ValidateFunction } from 'ajv';
import { z } from 'zod';
import type { Call } from '../define.ts';
import { didYouMean } from '../errors/did-you-mean.ts';
import { type ErrorCode, FORBIDDEN, InputError, isForbidden, OktaError } from '../errors/errors.ts';
import { systemClock } from '../http/clock.ts';
import type { Clock } from '../http/types.ts';

/** One attribute of a user profile, as a form needs it. */
export interface ProfileAttribute {
  name: string;
  title: string;
  description?: string;
  type: 'string' | 'boolean' | 'integer' | 'number' | 'array' | 'object';
  /** Type of the items of an array. */
  itemType?: string;
  /** Allowed values with what to show for each. */
  choices?: { value: string | number; label: string }[];
  required: boolean;
  readOnly: boolean;
  unique: boolean;
  /** True for attributes that the org added. */
  custom: boolean;
}

/** The attributes of a user type, and what a profile must satisfy. */
export interface ProfileSchema {
  attributes: ProfileAttribute[];
  /** JSON Schema of a profile in which null clears an attribute. */
  jsonSchema: Record<string, unknown>;
  /** Reads it anew, past what is kept; undefined where that fails. */
  reload?(): Promise<ProfileSchema | undefined>;
}

interface OktaProperty {
  title?: string;
  description?: string;
  type?: string;
  enum?: (string | number)[];
  oneOf?: { const: string | number; title?: string }[];
  items?: OktaProperty;
  mutability?: string;
  required?: boolean;
  unique?: boolean | string;
  [limit: string]: unknown;
}

interface OktaSchema {
  definitions?: Record<
    'base' | 'custom',
    { properties?: Record<string, OktaProperty>; required?: string[] } | undefined
  >;
}

interface OktaUserType {
  id: string;
  default?: boolean;
  _links?: { schema?: { href?: string } };
}

const property = z.object({
  title: z.string().nullish(),
  description: z.string().nullish(),
  type: z.string().nullish(),
  enum: z.array(z.unknown()).nullish(),
  oneOf: z.array(z.object({ const: z.unknown() })).nullish(),
  get items() {
    return property.nullish();
  },
});
const properties = z.record(z.string(), property);
const required = z.array(z.string()).nullish();

/** What is read of Okta's schema must be of the right types. */
const schemaAnswer = z.object({
  definitions: z.object({
    base: z.object({ properties, required }),
    custom: z.object({ properties: properties.nullish(), required }).nullish(),
  }),
});

const typesAnswer = z.array(
  z.object({
    id: z.string(),
    _links: z.object({ schema: z.object({ href: z.string().nullish() }).nullish() }).nullish(),
  }),
);

const LIMITS = ['minLength', 'maxLength', 'minimum', 'maximum'] as const;

const choicesOf = (property: OktaProperty) =>
  property.oneOf?.map((one) => ({ value: one.const, label: one.title ?? String(one.const) })) ??
  property.enum?.map((value) => ({ value, label: String(value) }));

/** What of Okta's property is JSON Schema; null is added, because it clears. */
function valueSchema(property: OktaProperty): Record<string, unknown> {
  const allowed = choicesOf(property)?.map((choice) => choice.value);
  return {
    ...(property.type ? { type: [property.type, 'null'] } : {}),
    ...(allowed ? { enum: [...allowed, null] } : {}),
    ...(property.items
      ? { items: { ...valueSchema(property.items), type: property.items.type ?? 'string' } }
      : {}),
    ...Object.fromEntries(
      LIMITS.filter((name) => typeof property[name] === 'number').map((name) => [name, property[name]]),
    ),
  };
}

/**
 * Reads Okta's schema of a user type, base and custom attributes alike.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/#tag/Schema/operation/getUserSchema
 */
export function profileSchemaFrom(schema: unknown): ProfileSchema {
  const { definitions } = schema as OktaSchema;
  const attributes: ProfileAttribute[] = [];
  const properties: Record<string, unknown> = {};
  for (const part of ['base', 'custom'] as const) {
    const definition = definitions?.[part];
    for (const [name, property] of Object.entries(definition?.properties ?? {})) {
      properties[name] = valueSchema(property);
      attributes.push({
        name,
        title: property.title ?? name,
        description: property.description,
        type: (property.type ?? 'string') as ProfileAttribute['type'],
        itemType: property.items?.type,
        choices: choicesOf(property.items ?? property),
        required: property.required === true || (definition?.required ?? []).includes(name),
        readOnly: property.mutability === 'READ_ONLY',
        unique: property.unique !== undefined && property.unique !== false,
        custom: part === 'custom',
      });
    }
  }
  return { attributes, jsonSchema: { type: 'object', properties, additionalProperties: false } };
}

/** Refusals that stay for a while; every other failure may pass. */
const LASTING: readonly ErrorCode[] = [...FORBIDDEN, 'not_found', 'feature_unavailable'];

/** A client may live for weeks, and an admin adds attributes and scopes meanwhile. */
const KEEP_MS = 60_000;

/**
 * Loads the schemas of one org and keeps them for a minute. A schema that cannot be read is no schema: checking is then
 * left to Okta, and unless it was refused it is asked for again the next time.
 *
 * `strict` is for who asks for the schema itself: it is read as it is now, and only a missing right makes it undefined.
 * Everything else (a wrong credential, an unknown type, a network that is down) is thrown as OktaError.
 */
export function profileSchemas(
  call: (call: Call) => Promise<{ json: unknown }>,
  clock: Pick<Clock, 'now'> = systemClock,
): (typeId?: string, options?: { strict?: boolean }) => Promise<ProfileSchema | undefined> {
  const known = new Map<string, { schema: Promise<ProfileSchema | undefined>; until: number }>();

  async function load(typeId: string | undefined, strict: boolean): Promise<ProfileSchema | undefined> {
    // One try for a check on the way: it must not hold up the action that it serves.
    const get = async (path: string, answer: z.ZodType) =>
      (await call({ method: 'GET', path, answer, idempotent: strict })).json;
    const schemaOf = async (id: string) =>
      profileSchemaFrom(await get(`/api/v1/meta/schemas/user/${id}`, schemaAnswer));
    if (typeId === 'default') return schemaOf('default');
    const types = (await get('/api/v1/meta/types/user', typesAnswer)) as OktaUserType[];
    const only = types.length === 1 ? types[0] : undefined;
    const type = typeId === undefined ? only : types.find((one) => one.id === typeId);
    const id = type?._links?.schema?.href?.split('/').pop();
    if (id !== undefined) return schemaOf(id);
    if (typeId === undefined) return undefined;
    throw new OktaError('There is no user type with this id, or it has no schema', {
      code: 'not_found',
      actor: 'caller',
      hint: 'GET /api/v1/meta/types/user lists the user types; "default" is the default one.',
    });
  }

  function fresh(typeId: string | undefined, strict: boolean): Promise<ProfileSchema | undefined> {
    const key = typeId ?? '';
    const schema = load(typeId, strict)
      .then((loaded) => loaded && { ...loaded, reload: () => fresh(typeId, false).catch(() => undefined) })
      .catch((error: unknown) => {
        // What the connection may not read: there is no schema then, and no failure.
        if (isForbidden(error)) return undefined;
        const code = error instanceof OktaError ? error.code : undefined;
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
 * Checks a profile before it is sent. What does not fit is checked once more with the schema as it is now: the attribute
 * may have been added a moment ago.
 * @param options.complete required attributes must be there (create, replace); they can never be cleared.
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
  { complete }: { complete: boolean },
): Promise<string[]> {
  if (schema === undefined) return [];
  const problems: string[] = [];
  for (const { name, required, readOnly } of schema.attributes) {
    if (readOnly && profile[name] !== undefined) problems.push(`profile.${name}: is read-only`);
    if (required && (profile[name] === null || (complete && profile[name] === undefined)))
      problems.push(`profile.${name}: is required`);
  }
  const validate = await validatorOf(schema);
  if (!validate(profile)) problems.push(...(validate.errors ?? []).map((error) => problemOf(error, schema)));
  return problems;
}

/** Compiling takes longer than a request on a fast line, so it is done once for each schema that was read. */
const validators = new WeakMap<object, ValidateFunction>();

async function validatorOf({ jsonSchema }: ProfileSchema): Promise<ValidateFunction> {
  const { Ajv } = await import('ajv');
  const validator =
    validators.get(jsonSchema) ?? new Ajv({ allErrors: true, strict: false }).compile(jsonSchema);
  validators.set(jsonSchema, validator);
  return validator;
}

function problemOf(error: ErrorObject, schema: ProfileSchema): string {
  const where = `profile${error.instancePath.replaceAll('/', '.')}`;
  if (error.keyword === 'additionalProperties') {
    const name = error.params.additionalProperty as string;
    const known = schema.attributes.map((one) => one.name);
    return `profile.${name}: is no attribute of this org${didYouMean(name, known)}`;
  }
  if (error.keyword === 'enum') {
    const allowed = (error.params.allowedValues as unknown[]).filter((one) => one !== null);
    return `${where}: must be one of ${allowed.join(', ')}`;
  }
  return `${where}: ${error.message?.replace(',null', '') ?? 'is not valid'}`;
}
