/** Okta's statuses of users. */
export const USER_STATUSES = [
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
] as const;

/** Those of people who may work: an expired password or a lock-out does not make a leaver. */
export const ACTIVE_STATUSES: (typeof USER_STATUSES)[number][] = [
  ...(['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY', 'PROVISIONED'] as const),
];

/** The attributes of Okta's default user profile. */
export const BASE_ATTRIBUTES = [
  ...['login', 'email', 'secondEmail', 'firstName', 'middleName', 'lastName', 'displayName', 'nickName'],
  ...['honorificPrefix', 'honorificSuffix', 'title', 'userType', 'employeeNumber', 'costCenter'],
  ...['organization', 'division', 'department', 'managerId', 'manager', 'mobilePhone', 'primaryPhone'],
  ...['profileUrl', 'streetAddress', 'city', 'state', 'zipCode', 'countryCode', 'postalAddress'],
  ...['preferredLanguage', 'locale', 'timezone'],
];

/** The fields of users without a mapping: their sources by name. */
export const USER_PRESET: Readonly<Record<string, string>> = {
  ...Object.fromEntries(BASE_ATTRIBUTES.map((name) => [name, `profile.${name}`])),
  status: 'status',
};

/** The fields of groups without a mapping. */
export const GROUP_PRESET: Readonly<Record<string, string>> = {
  name: 'profile.name',
  description: 'profile.description',
  type: 'type',
};

/** What the snapshot keeps of a user beside the profile. */
export const USER_PATHS = [
  ...['id', 'status', 'created', 'activated', 'statusChanged', 'lastUpdated', 'type.id', 'realmId'],
];

/** What it keeps of a group. */
export const GROUP_PATHS = ['id', 'type', 'created', 'lastUpdated', 'source.id'];
