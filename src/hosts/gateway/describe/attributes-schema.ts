import type { RawSchema } from '../../../manifest/shared-schemas.ts';
import type { ProfileAttribute } from '../../../schema/profile-attribute.ts';

/** The attributes of an org as a schema of one object, from which Power Automate builds a form. */
export function attributesSchema(attributes: readonly ProfileAttribute[]): RawSchema {
  const writable = attributes.filter(({ readOnly }) => !readOnly);
  const required = writable.filter((one) => one.required).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(writable.map((one) => [one.name, attributeSchema(one)])),
    ...(required.length > 0 ? { required } : {}),
  };
}

function attributeSchema({
  title,
  description,
  type,
  itemType,
  choices,
  required,
}: ProfileAttribute): RawSchema {
  return {
    type,
    title,
    'x-ms-summary': title,
    ...(description ? { description } : {}),
    ...(required ? { 'x-ms-visibility': 'important' } : {}),
    ...(type === 'array' ? { items: { type: itemType ?? 'string' } } : {}),
    ...(choices ? { enum: choices.map(({ value }) => value) } : {}),
  };
}
