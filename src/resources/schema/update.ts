import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { InputError, OktaError } from '../../errors/errors.ts';
import { field } from '../../schema/fields.ts';
import { membersOf } from '../../schema/profile-attribute.ts';
import { isRecord } from '../../schema/record.ts';
import type { schemaDocument } from './resource.ts';
import type { SchemaTarget } from './target.ts';

const attributeNames = z.string().regex(/^[A-Za-z_]\w*$/, 'must consist of letters, digits and _');

/** Members of an attribute that have a fixed form; further ones of Okta are passed on. */
const attribute = z.looseObject({
  title: z.string().min(1).optional(),
  description: z.string().nullish(),
  type: z.enum(['string', 'boolean', 'integer', 'number', 'array']).optional(),
  items: z.looseObject({ type: z.string() }).optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
  required: z.boolean().optional(),
  unique: z.union([z.boolean(), z.string()]).optional(),
  minLength: z.int().min(0).nullish(),
  maxLength: z.int().min(1).nullish(),
});

/** Inputs that change a schema. */
export const schemaChanges = {
  custom: field(
    z.record(attributeNames, attribute).optional(),
    'Custom attributes',
    'Attributes to add or change, by name, in the form of Okta: title and type are needed for a new one. At most 5 of a type can be unique.',
    { shirtSize: { title: 'Shirt size', type: 'string', enum: ['S', 'M', 'L'] } },
  ),
  base: field(
    z.record(attributeNames, attribute).optional(),
    'Base attributes',
    "Changes of Okta's own attributes, by name; Okta allows few, such as permissions and required for names.",
    { lastName: { required: false } },
  ),
  removeCustom: field(
    z.array(attributeNames).min(1).optional(),
    'Remove custom attributes',
    'Names of attributes to delete, with their values in all profiles: this cannot be undone.',
    ['shirtSize'],
  ),
};

type Changes = z.output<z.ZodObject<typeof schemaChanges>>;
type Document = z.output<typeof schemaDocument>;
type Part = 'base' | 'custom';

const attributesIn = ({ definitions }: Document, part: Part) => membersOf(definitions[part]?.properties);

/** How often a lost update is sent again, and how often the schema is read after each. */
const [SENDS, LOOKS, PAUSE_MS] = [3, 3, 1_000];

/**
 * Adds, changes and deletes attributes, unless they are so already. Of two updates within a second Okta keeps one, although
 * it accepts both, and reads can be a second old; so the schema is read until it shows the change, which is sent again if
 * it was lost.
 * @throws InputError for a new attribute without title and type; OktaError `conflict` if the change is lost again and again.
 */
export async function changeSchema(context: ActionContext, target: SchemaTarget, changes: Changes) {
  const { json: known } = await context.call({ method: 'GET', ...target });
  const parts = { custom: customOf(known, changes), base: differing(known, 'base', changes.base) };
  const names = (['custom', 'base'] as const).flatMap((part) =>
    Object.keys(parts[part]).map((name) => [part, name] as const),
  );
  if (names.length === 0) return { ...known, changed: false };
  const changed = Object.entries(parts).filter(([, properties]) => Object.keys(properties).length > 0);
  const definitions = Object.fromEntries(
    changed.map(([part, properties]) => [part, { id: `#${part}`, type: 'object', properties }]),
  );
  for (let sent = 1; sent <= SENDS; sent += 1) {
    const { json: answer } = await context.call({ method: 'POST', ...target, body: { definitions } });
    for (let looked = 0; looked < LOOKS; looked += 1) {
      if (looked > 0) await context.clock.sleep(PAUSE_MS, context.signal);
      const { json } = await context.call({ method: 'GET', ...target });
      const shown = names.every(([part, name]) =>
        isSameAttribute(attributesIn(json, part)[name], attributesIn(answer, part)[name]),
      );
      if (shown) return { ...json, changed: true };
    }
    context.progress('Okta lost the change to another one made in the same second');
  }
  throw new OktaError('Okta accepts the change of the schema but does not keep it', {
    code: 'conflict',
    actor: 'okta',
    retryable: true,
    hint: 'Something else changes this schema at the same time: wait until it is done, then run the action again.',
  });
}

/** The custom attributes to send; null deletes one. @throws InputError */
function customOf(known: Document, { custom, removeCustom = [] }: Changes): Record<string, unknown> {
  const there = attributesIn(known, 'custom');
  const both = removeCustom.filter((name) => custom && Object.hasOwn(custom, name));
  if (both.length > 0) throw new InputError(`${both.join(', ')}: to be changed and to be removed at once`);
  const bare = Object.entries(custom ?? {})
    .filter(([name, { title, type }]) => there[name] === undefined && !(title && type))
    .map(([name]) => `custom.${name}: a new attribute needs title and type`);
  if (bare.length > 0) throw new InputError('An attribute is not complete', { causes: bare });
  const gone = removeCustom.filter((name) => there[name] !== undefined).map((name) => [name, null] as const);
  return { ...differing(known, 'custom', custom), ...Object.fromEntries(gone) };
}

/** The attributes that are not yet as wanted. */
function differing(known: Document, part: Part, wanted: Record<string, object> = {}) {
  const there = attributesIn(known, part);
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, one]) => !isRecord(there[name]) || !includes(there[name], one)),
  );
}

/** Whether an attribute has all members of another one. Okta leaves out what is false, and says `unique` in words. */
function includes(known: Record<string, unknown>, wanted: object): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const there = known[name];
    if (name === 'unique' || typeof value === 'boolean') return Boolean(there) === Boolean(value);
    if (isRecord(there) && isRecord(value)) return includes(there, value);
    return isSame(there, value);
  });
}

/** Whether two answers show the same attribute; uniqueness is first pending. */
function isSameAttribute(one: unknown, other: unknown): boolean {
  if (!isRecord(one) || !isRecord(other)) return one === other;
  return isSame({ ...one, unique: Boolean(one.unique) }, { ...other, unique: Boolean(other.unique) });
}

/** Of two JSON values; members may be in any order. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return one === other;
  const [mine, theirs] = [Object.entries(one), other as Record<string, unknown>];
  return (
    Array.isArray(one) === Array.isArray(other) &&
    mine.length === Object.keys(theirs).length &&
    mine.every(([name, value]) => name in theirs && isSame(value, theirs[name]))
  );
}
