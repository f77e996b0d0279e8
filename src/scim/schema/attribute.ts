/** An attribute as a schema of RFC 7643 defines it. @see https://datatracker.ietf.org/doc/html/rfc7643#section-7 */
export interface ScimAttribute {
  name: string;
  type: 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'reference' | 'binary' | 'complex';
  multiValued: boolean;
  description: string;
  required: boolean;
  caseExact?: boolean;
  mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  returned: 'always' | 'never' | 'default' | 'request';
  uniqueness?: 'none' | 'server' | 'global';
  canonicalValues?: readonly string[];
  referenceTypes?: readonly string[];
  subAttributes?: readonly ScimAttribute[];
}

/** A schema of RFC 7643. */
export interface ScimSchema {
  /** Its URN. */
  id: string;
  name: string;
  description: string;
  attributes: readonly ScimAttribute[];
}

type Rest = Partial<Omit<ScimAttribute, 'name' | 'description'>>;

const plain =
  (type: ScimAttribute['type'], own: Rest) =>
  (name: string, description: string, rest: Rest = {}) =>
    ({
      ...{ name, type, multiValued: false, description, required: false },
      ...{ mutability: 'readWrite', returned: 'default' },
      ...own,
      ...rest,
    }) satisfies ScimAttribute as ScimAttribute;

export const text = plain('string', { caseExact: false, uniqueness: 'none' });
export const truth = plain('boolean', {});
export const instant = plain('dateTime', {});
export const urlText = plain('reference', {
  ...{ caseExact: true, uniqueness: 'none', referenceTypes: ['external'] },
});
export const binary = plain('binary', { caseExact: true });

/** An object. */
export const complex = (
  name: string,
  description: string,
  subAttributes: readonly ScimAttribute[],
  rest: Rest = {},
): ScimAttribute => plain('complex', {})(name, description, { ...rest, subAttributes });

/** A list of objects with a value, a type, and one of them primary. */
export const values = (
  name: string,
  description: string,
  types: readonly string[],
  value: ScimAttribute = text('value', `One of the ${name}.`),
): ScimAttribute =>
  complex(
    name,
    description,
    [
      value,
      text('display', 'How it is shown.'),
      text('type', 'What it is for.', types.length > 0 ? { canonicalValues: types } : {}),
      truth('primary', 'True for the preferred one; at most one is.'),
    ],
    { multiValued: true },
  );

/** The default sub-attributes of something that only the server writes. */
export const readOnly = (attribute: ScimAttribute): ScimAttribute => ({
  ...attribute,
  mutability: 'readOnly',
  ...(attribute.subAttributes ? { subAttributes: attribute.subAttributes.map(readOnly) } : {}),
});
