import { z } from 'zod';
import { field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

/** Which groups of a user an application is told, and under which name. */
export const groupsInput = field(
  z
    .strictObject({
      name: field(
        z.string().min(1).max(100).default('groups'),
        'Name',
        'Name of the claim or attribute.',
        'groups',
      ),
      filterType: field(
        labelled(z.enum(['STARTS_WITH', 'EQUALS', 'CONTAINS', 'REGEX']), {
          REGEX: 'Matches a regular expression',
        }).default('REGEX'),
        'Filter',
        'How the names of groups are compared with the value.',
        'STARTS_WITH',
      ),
      filterValue: field(
        z.string().min(1).max(255).default('.*'),
        'Value',
        'Text or regular expression; only groups that match are told.',
        'Sales',
      ),
    })
    .optional(),
  'Groups',
  'Tells the application the names of the groups of a user that match the filter. Narrow it: Okta gives no token to a user with more than 100 matching groups.',
  { name: 'groups', filterType: 'STARTS_WITH', filterValue: 'Sales' },
);

export type Groups = NonNullable<z.output<typeof groupsInput>>;

/** What every group matches; Okta then fails for users with many groups. */
export const matchesAll = ({ filterType, filterValue }: Groups): boolean =>
  filterType === 'REGEX' && /^\.[*+]$/.test(filterValue);

/** The expression of Identity Engine for the same groups; it compares names with regular expressions. */
export function groupsExpression({ filterType, filterValue }: Groups): string {
  const literal = filterValue.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const pattern = {
    STARTS_WITH: `${literal}.*`,
    EQUALS: literal,
    CONTAINS: `.*${literal}.*`,
    REGEX: filterValue,
  }[filterType];
  return `user.getGroups({'group.profile.name': {'${pattern.replace(/'/g, "''")}'}}).![name]`;
}
