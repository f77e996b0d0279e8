import type { ProfileAttribute } from '../../schema/profile-attribute.ts';
import { profileInput } from './schema.ts';

/** The base attributes, for connections that may not read the schema. */
const BASE_ATTRIBUTES = Object.keys(profileInput.shape);

const MEMBERS = [
  ...['id', 'status', 'created', 'activated', 'statusChanged', 'lastLogin', 'lastUpdated', 'passwordChanged'],
  'type.id',
];

/** The columns of a table of users. */
export const userTable = {
  hasAttributes: true as const,
  columns: (attributes: readonly ProfileAttribute[] | undefined): string[] => [
    ...MEMBERS,
    ...(attributes?.map(({ name }) => name) ?? BASE_ATTRIBUTES).map((name) => `profile.${name}`),
  ],
  further: ['credentials', 'realmId', 'transitioningToStatus', '_links', '_embedded'],
};
