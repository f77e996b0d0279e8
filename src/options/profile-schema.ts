import type { ErrorObject } from 'ajv';
import type { ActionContext } from '../define.ts';
import { type ErrorCode, InputError, OktaError } from '../errors/errors.ts';

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

/** Refusals that stay; every other failure may pass. */
const LASTING: readonly ErrorCode[] = [
  'insufficient_scope',
  'permission_denied',
  'not_found',
  'feature_unavailable',
];

/**
 * Loads and keeps the schemas of one org. A schema that cannot be read is no schema: checking is then left to Okta, and
 * unless it was refused it is asked for again the next time.
 */
export function profileSchemas(
  call: ActionContext['call'],
): (typeId?: string) => Promise<ProfileSchema | undefined> {
  const known = new Map<string, Promise<ProfileSchema | undefined>>();
  const get = (path: string) => call({ method: 'GET', path, idempotent: false });

  async function load(typeId: string | undefined): Promise<ProfileSchema | undefined> {
    if (typeId === 'default') return profileSchemaFrom((await get('/api/v1/meta/schemas/user/default')).json);
    const types = (await get('/api/v1/meta/types/user')).json as OktaUserType[];
    const only = types.length === 1 ? types[0] : undefined;
    const type = typeId === undefined ? only : types.find((one) => one.id === typeId);
    const id = type?._links?.schema?.href?.split('/').pop();
    return id === undefined
      ? undefined
      : profileSchemaFrom((await get(`/api/v1/meta/schemas/user/${id}`)).json);
  }

  return (typeId) => {
    const key = typeId ?? '';
    const schema =
      known.get(key) ??
      load(typeId).catch((error: unknown) => {
        if (!(error instanceof OktaError && LASTING.includes(error.code))) known.delete(key);
        return undefined;
      });
    known.set(key, schema);
    return schema;
  };
}

/**
 * Checks a profile before it is sent.
 * @param options.complete required attributes must be there (create, replace); they can never be cleared.
 * @throws InputError naming every attribute that is unknown, read-only, missing or of the wrong type.
 */
export async function assertProfile(
  schema: ProfileSchema | undefined,
  profile: Record<string, unknown>,
  { complete }: { complete: boolean },
): Promise<void> {
  if (schema === undefined) return;
  const problems: string[] = [];
  for (const { name, required, readOnly } of schema.attributes) {
    if (readOnly && profile[name] !== undefined) problems.push(`profile.${name}: is read-only`);
    if (required && (profile[name] === null || (complete && profile[name] === undefined)))
      problems.push(`profile.${name}: is required`);
  }
  const { Ajv } = await import('ajv');
  const validate = new Ajv({ allErrors: true, strict: false }).compile(schema.jsonSchema);
  if (!validate(profile)) problems.push(...(validate.errors ?? []).map((error) => problemOf(error, schema)));
  if (problems.length === 0) return;
  throw new InputError('The profile does not fit the schema of this org', {
    causes: problems,
    hint: '"okta-connector fields" lists the attributes of this org.',
  });
}

function problemOf(error: ErrorObject, schema: ProfileSchema): string {
  const where = `profile${error.instancePath.replaceAll('/', '.')}`;
  if (error.keyword === 'additionalProperties') {
    const name = error.params.additionalProperty as string;
    const twin = schema.attributes.find((one) => one.name.toLowerCase() === name.toLowerCase());
    return `profile.${name}: is no attribute of this org${twin ? `; did you mean ${twin.name}?` : ''}`;
  }
  if (error.keyword === 'enum') {
    const allowed = (error.params.allowedValues as unknown[]).filter((one) => one !== null);
    return `${where}: must be one of ${allowed.join(', ')}`;
  }
  return `${where}: ${error.message?.replace(',null', '') ?? 'is not valid'}`;
}
