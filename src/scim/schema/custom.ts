import { z } from 'zod';
import { InputError } from '../../errors/errors.ts';
import type { ScimType } from '../store/store.ts';
import type { ScimAttribute, ScimSchema } from './attribute.ts';

const NAME = /^[A-Za-z$][\w$-]*$/;
const URN = /^urn:[\w.:-]*[\w-]$/i;

const leaf = z.strictObject({
  name: z.string().regex(NAME),
  type: z.enum(['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary', 'complex']),
  multiValued: z.boolean().default(false),
  description: z.string().default(''),
  required: z.literal(false).default(false),
  caseExact: z.boolean().optional(),
  mutability: z.literal('readWrite').default('readWrite'),
  returned: z.enum(['always', 'default', 'request']).default('default'),
  uniqueness: z.literal('none').optional(),
  canonicalValues: z.array(z.string()).optional(),
  referenceTypes: z.array(z.string()).optional(),
});

const shape = z.strictObject({
  id: z.string().regex(URN),
  name: z.string().optional(),
  description: z.string().default(''),
  resourceType: z.enum(['User', 'Group']).default('User'),
  // As a server shows them.
  schemas: z.unknown().optional(),
  meta: z.unknown().optional(),
  attributes: z
    .array(
      leaf.extend({
        subAttributes: z.array(leaf.extend({ type: leaf.shape.type.exclude(['complex']) })).optional(),
      }),
    )
    .min(1),
});

/**
 * Reads a schema that the user declares.
 * @param source how errors name it. @throws InputError when it is not one.
 */
export function customSchema(
  declared: unknown,
  source: string,
): { resourceType: ScimType; schema: ScimSchema } {
  const { success, data, error } = shape.safeParse(declared);
  if (!success) {
    throw new InputError(`The custom schema ${source} is not one`, {
      causes: error.issues.map(({ path, message }) => `${path.join('.') || source}: ${message}`),
      hint: 'Declare it as RFC 7643 section 7 does: { "id": "urn:acme:scim:User", "attributes": [{ "name", "type" }] }.',
    });
  }
  const { resourceType, id, description, name = id.split(':').at(-1) as string, attributes } = data;
  assertComplete(attributes, source);
  return { resourceType, schema: { id, name, description, attributes: attributes.map(withCase) } };
}

/** URLs and base64 are told apart by case. @see https://datatracker.ietf.org/doc/html/rfc7643#section-2.3.7 */
function withCase(attribute: ScimAttribute): ScimAttribute {
  const { type, subAttributes } = attribute;
  return {
    ...(type === 'reference' || type === 'binary' ? { caseExact: true } : {}),
    ...attribute,
    ...(subAttributes ? { subAttributes: subAttributes.map(withCase) } : {}),
  };
}

function assertComplete(attributes: readonly ScimAttribute[], source: string): void {
  for (const { name, type, subAttributes } of attributes) {
    if ((type === 'complex') === (subAttributes !== undefined && subAttributes.length > 0)) continue;
    throw new InputError(`The attribute ${name} of the custom schema ${source} is not complete`, {
      hint: 'An attribute of type complex has subAttributes; no other has.',
    });
  }
}
