import { complex, type ScimSchema, text, urlText } from './attribute.ts';

export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** @see https://datatracker.ietf.org/doc/html/rfc7643#section-4.2 */
export const scimGroupSchema: ScimSchema = {
  id: GROUP_SCHEMA,
  name: 'Group',
  description: 'A group of people',
  attributes: [
    text('displayName', 'The name of the group; unique, whatever its case.', {
      ...{ required: true, uniqueness: 'server' },
    }),
    complex(
      'members',
      'The direct members.',
      [
        text('value', 'The id of the member.', { caseExact: true, mutability: 'immutable' }),
        urlText('$ref', 'Where the member is.', {
          referenceTypes: ['User', 'Group'],
          mutability: 'immutable',
        }),
        text('display', 'The name of the member.', { mutability: 'readOnly' }),
        // RFC 7643 says immutable; but nobody chooses it, since the id says which it is.
        text('type', 'User or Group.', { canonicalValues: ['User', 'Group'], mutability: 'readOnly' }),
      ],
      { multiValued: true },
    ),
  ],
};
