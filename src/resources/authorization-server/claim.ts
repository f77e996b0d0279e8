import { z } from 'zod';
import { field, present } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

/** A claim of an authorization server as Okta returns it. */
export const claimSchema = z.looseObject({
  id: field(z.string(), 'Claim ID', 'Unique id.', 'ocl1abcdefghijklmnop'),
  name: present(field(z.string(), 'Name', 'Name of the claim in the token.', 'department')),
  status: field(z.string().optional(), 'Status', 'ACTIVE or INACTIVE.', 'ACTIVE'),
  claimType: field(z.string().optional(), 'Token', 'RESOURCE: access token; IDENTITY: ID token.', 'RESOURCE'),
  valueType: field(z.string().optional(), 'Value type', 'EXPRESSION, GROUPS or SYSTEM.', 'EXPRESSION'),
  value: field(z.string().nullish(), 'Value', 'Expression, or filter for group names.', 'user.department'),
  conditions: field(z.looseObject({}).nullish(), 'Conditions', 'The scopes that ask for the claim.', {
    scopes: ['profile'],
  }),
  system: field(z.boolean().optional(), 'System', 'Whether Okta made it.', false),
  alwaysIncludeInToken: field(z.boolean().optional(), 'Always', 'Whether the token always has it.', true),
});

/** A claim with invented data, for samples. */
export const claimSample = {
  id: 'ocl1abcdefghijklmnop',
  name: 'department',
  status: 'ACTIVE',
  claimType: 'RESOURCE',
  valueType: 'EXPRESSION',
  value: 'user.department',
  conditions: { scopes: [] },
  system: false,
  alwaysIncludeInToken: true,
};

/** Members of a claim that a caller sets. */
export const claimInput = {
  name: field(z.string().min(1), 'Name', 'Name of the claim in the token.', 'department'),
  claimType: field(
    labelled(z.enum(['RESOURCE', 'IDENTITY']), { RESOURCE: 'Access token', IDENTITY: 'ID token' }),
    'Token',
    'RESOURCE: access token; IDENTITY: ID token.',
    'RESOURCE',
  ),
  valueType: field(
    z.enum(['EXPRESSION', 'GROUPS']),
    'Value type',
    'EXPRESSION: the value is an expression in Okta Expression Language; GROUPS: the names of groups of the user that match the value.',
    'EXPRESSION',
  ),
  value: field(z.string().min(1), 'Value', 'Expression, or text for the group filter.', 'user.department'),
  group_filter_type: field(
    labelled(z.enum(['STARTS_WITH', 'EQUALS', 'CONTAINS', 'REGEX']), {
      REGEX: 'Matches a regular expression',
    }).optional(),
    'Group filter',
    'How group names are compared with the value; needed with the value type GROUPS.',
    'STARTS_WITH',
  ),
  conditions: field(
    z.strictObject({ scopes: z.array(z.string().min(1)) }).optional(),
    'Conditions',
    'The scopes that ask for the claim; any scope if omitted.',
    { scopes: ['profile'] },
  ),
  alwaysIncludeInToken: field(
    z.boolean().optional(),
    'Always include',
    'If false, an ID token that comes with an access token lacks the claim, and the client reads it from the userinfo endpoint.',
    true,
  ),
};
