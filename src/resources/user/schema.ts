import { z } from 'zod';
import { field, present, secret, timestamp } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

/** Possible values of a profile attribute; null clears it. */
export const attribute = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number()])),
  z.null(),
]);

const base = (title: string, description: string, example: string, value = z.string()) =>
  field(value.nullish(), title, description, example);

/** Logins and addresses: cells of spreadsheets end in blanks. */
const trimmed = z.string().trim();

/** The attributes of Okta's default profile; custom attributes may be added. */
const profileShape = {
  login: base(
    'Login',
    'User name, usually an e-mail address; unique in the org.',
    'ana.ruiz@acme.test',
    trimmed,
  ),
  email: base('Primary e-mail', 'Where Okta sends mail to the user.', 'ana.ruiz@acme.test', trimmed),
  firstName: base('First name', 'Given name.', 'Ana'),
  lastName: base('Last name', 'Family name.', 'Ruiz'),
  secondEmail: base('Secondary e-mail', 'Used for recovery.', 'ana@home.test', trimmed),
  mobilePhone: base('Mobile phone', 'Mobile number.', '+34 600 000 000'),
  primaryPhone: base('Primary phone', 'Main number.', '+34 910 000 000'),
  middleName: base('Middle name', 'Middle name or names.', 'Maria'),
  honorificPrefix: base('Honorific prefix', 'Title in front of the name.', 'Dr.'),
  honorificSuffix: base('Honorific suffix', 'Title after the name.', 'PhD'),
  title: base('Title', 'Job title.', 'Sales manager'),
  displayName: base('Display name', 'Name shown to others.', 'Ana Ruiz'),
  nickName: base('Nickname', 'Casual name.', 'Ani'),
  profileUrl: base('Profile URL', "URL of the user's own page.", 'https://intranet.acme.test/ana'),
  streetAddress: base('Street address', 'Street and number.', 'Calle Mayor 1'),
  city: base('City', 'City or locality.', 'Madrid'),
  state: base('State', 'State or region.', 'Madrid'),
  zipCode: base('Postal code', 'Postal code.', '28013'),
  countryCode: base('Country code', 'ISO 3166-1 alpha-2.', 'ES'),
  postalAddress: base('Postal address', 'Whole mailing address.', 'Calle Mayor 1, 28013 Madrid'),
  preferredLanguage: base('Preferred language', 'As in the Accept-Language header.', 'es-ES'),
  locale: base('Locale', 'For numbers and dates.', 'es_ES'),
  timezone: base('Time zone', 'IANA name.', 'Europe/Madrid'),
  userType: base('User type', 'Free-text kind of user.', 'Employee'),
  employeeNumber: base('Employee number', 'Number given by the organisation.', '4711'),
  costCenter: base('Cost centre', 'Cost centre.', '77'),
  organization: base('Organisation', 'Organisation.', 'Acme'),
  division: base('Division', 'Division.', 'Europe'),
  department: base('Department', 'Department.', 'Sales'),
  managerId: base('Manager ID', "Id of the user's manager.", '4700'),
  manager: base('Manager', "Name of the user's manager.", 'Bo Berg'),
};

/** The profile of a new user: Okta requires at least login and e-mail. */
export const newProfileInput = field(
  z
    .object({
      ...profileShape,
      login: field(
        trimmed.min(1),
        'Login',
        'User name, usually an e-mail address; unique in the org.',
        'ana.ruiz@acme.test',
      ),
      email: field(
        trimmed.min(1),
        'Primary e-mail',
        'Where Okta sends mail to the user.',
        'ana.ruiz@acme.test',
      ),
    })
    .catchall(attribute.optional()),
  'Profile',
  'Attributes of the new user, base and custom alike.',
  { login: 'ana.ruiz@acme.test', email: 'ana.ruiz@acme.test', firstName: 'Ana', lastName: 'Ruiz' },
);

/** A profile to write: base attributes and any custom attribute of the org. */
export const profileInput = field(
  z.object(profileShape).catchall(attribute.optional()),
  'Profile',
  'Attributes to set, base and custom alike: omitted ones keep their value, null clears one.',
  { login: 'ana.ruiz@acme.test', email: 'ana.ruiz@acme.test', firstName: 'Ana', lastName: 'Ruiz' },
);

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, 'must be base64');
const salted = {
  salt: field(base64.optional(), 'Salt', 'Base64.', 'c2FsdA=='),
  saltOrder: field(
    labelled(z.enum(['PREFIX', 'POSTFIX']), {
      PREFIX: 'Before the password',
      POSTFIX: 'After the password',
    }).optional(),
    'Salt order',
    'Whether the salt was put before or after the password.',
    'PREFIX',
  ),
};
const digest = <A extends string>(algorithm: A) =>
  z.strictObject({
    algorithm: z.literal(algorithm),
    ...salted,
    value: field(base64, 'Value', 'The hash, base64.', '5baa61e4c9b93f3f'),
  });

/**
 * Hashes that Okta can import.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/#tag/User/operation/createUser
 */
const passwordHash = z.discriminatedUnion('algorithm', [
  z.strictObject({
    algorithm: z.literal('BCRYPT'),
    workFactor: field(z.int().min(1).max(20), 'Work factor', 'The cost, 1 to 20.', 10),
    salt: field(
      z.string().length(22),
      'Salt',
      'The 22 characters after the cost, Radix-64.',
      'rwh3vH166HCH/NT9XV5FYu',
    ),
    value: field(
      z.string().min(1),
      'Value',
      'The characters after the salt, Radix-64.',
      'qaMqvAPULkbiQzkTCWo5XDcvzpk8Tna',
    ),
  }),
  digest('SHA-512'),
  digest('SHA-256'),
  digest('SHA-1'),
  digest('MD5'),
  z.strictObject({
    algorithm: z.literal('PBKDF2'),
    digestAlgorithm: field(
      labelled(z.enum(['SHA256_HMAC', 'SHA512_HMAC']), {
        SHA256_HMAC: 'HMAC with SHA-256',
        SHA512_HMAC: 'HMAC with SHA-512',
      }),
      'Digest',
      'The HMAC.',
      'SHA256_HMAC',
    ),
    iterationCount: field(z.int().min(4096), 'Iterations', 'At least 4096.', 4096),
    keySize: field(z.int().min(1), 'Key size', 'Bytes of the derived key.', 32),
    salt: field(base64, 'Salt', 'Base64.', 'c2FsdA=='),
    value: field(base64, 'Value', 'The derived key, base64.', 'a2V5'),
  }),
]);

/** An object without a value is treated as absent. */
const unlessEmpty = <T extends object | undefined>(value: T) =>
  Object.values(value ?? {}).some((one) => one !== undefined) ? value : undefined;

const password = secret(
  z.strictObject({
    value: secret(
      field(z.string().min(1).optional(), 'Password', 'Plain password; must meet the password policy.'),
    ),
    hash: secret(
      field(
        passwordHash.optional(),
        'Password hash',
        'A hash from another system, so that people keep their password.',
      ),
    ),
    hook: field(
      z.strictObject({ type: z.string().min(1).default('default') }).optional(),
      'Password import hook',
      'Call the password import inline hook at the first sign-in; its type is default.',
      { type: 'default' },
    ),
  }),
).refine((value) => Object.values(value).filter((one) => one !== undefined).length <= 1, {
  message: 'give exactly one of value, hash and hook',
});

/** Credentials to set: password (plain, hash or hook), recovery question, provider; undefined without any of them. */
export const credentialsInput = field(
  z.strictObject({
    // Okta returns `{}` to indicate that a password is set. Sending that answer back must not set one.
    password: password
      .optional()
      .overwrite(unlessEmpty)
      .meta({ title: 'Password', description: 'One of value, hash and hook.' }),
    recovery_question: field(
      z
        .strictObject({
          question: field(z.string().min(1).max(100), 'Question', 'Shown to the user.', 'First car?'),
          answer: secret(field(z.string().min(1).max(100), 'Answer', 'Known to the user only.', 'Panda4x4')),
        })
        .optional(),
      'Recovery question',
      'For self-service password reset.',
      { question: 'First car?', answer: 'Panda4x4' },
    ),
    provider: field(
      z
        .strictObject({
          type: field(
            labelled(z.enum(['ACTIVE_DIRECTORY', 'FEDERATION', 'IMPORT', 'LDAP', 'OKTA', 'SOCIAL']), {
              ACTIVE_DIRECTORY: 'Active Directory',
              SOCIAL: 'Social identity provider',
            }),
            'Type',
            'Who verifies the credential.',
            'FEDERATION',
          ),
          name: field(z.string().min(1).optional(), 'Name', 'Name of the provider.', 'FEDERATION'),
        })
        .optional(),
      'Provider',
      'Who authenticates the user; a federated or social user has no password.',
      { type: 'FEDERATION', name: 'FEDERATION' },
    ),
  }),
  'Credentials',
  'Password or password hash, recovery question, provider.',
  { password: { value: 'Temp-83x!Q' } },
)
  .optional()
  .overwrite(unlessEmpty);

const text = z.string().nullish();

/** The attributes of every profile; others may be added. */
const namesOnly = { login: text, email: text, firstName: text, lastName: text };

/** A user as Okta returns it. `credentials.password: {}` means that a password is set. */
export const userSchema = z.looseObject({
  id: field(z.string(), 'User ID', 'Unique id.', '00u1abcdefghijklmnop'),
  status: field(
    z.string(),
    'Status',
    'STAGED, PROVISIONED, ACTIVE, RECOVERY, PASSWORD_EXPIRED, LOCKED_OUT, SUSPENDED or DEPROVISIONED.',
    'ACTIVE',
  ),
  created: timestamp('Created'),
  activated: timestamp('Activated'),
  statusChanged: timestamp('Status changed'),
  lastLogin: timestamp('Last login'),
  lastUpdated: timestamp('Last updated'),
  passwordChanged: timestamp('Password changed'),
  transitioningToStatus: field(
    z.string().nullish(),
    'Becoming',
    'Status after the change in progress.',
    'DEPROVISIONED',
  ),
  type: field(z.looseObject({ id: z.string().optional() }).optional(), 'User type', 'Id of the user type.', {
    id: 'oty1abcdefghijklmnop',
  }),
  profile: present(
    field(z.looseObject(namesOnly), 'Profile', 'All attributes that have a value.', {
      login: 'ana.ruiz@acme.test',
      email: 'ana.ruiz@acme.test',
      firstName: 'Ana',
      lastName: 'Ruiz',
    }),
  ),
  credentials: field(
    z.looseObject({}).optional(),
    'Credentials',
    'Which credentials are set, without any secret.',
    {
      provider: { type: 'OKTA', name: 'OKTA' },
    },
  ),
});

/** A user with invented data, for samples. */
export const userSample = {
  id: '00u1abcdefghijklmnop',
  status: 'ACTIVE',
  created: '2026-01-02T03:04:05.000Z',
  activated: '2026-01-02T03:04:05.000Z',
  statusChanged: '2026-01-02T03:04:05.000Z',
  lastLogin: null,
  lastUpdated: '2026-01-02T03:04:05.000Z',
  passwordChanged: '2026-01-02T03:04:05.000Z',
  type: { id: 'oty1abcdefghijklmnop' },
  profile: {
    login: 'ana.ruiz@acme.test',
    email: 'ana.ruiz@acme.test',
    firstName: 'Ana',
    lastName: 'Ruiz',
    mobilePhone: null,
    secondEmail: null,
    department: 'Sales',
  },
  credentials: { password: {}, provider: { type: 'OKTA', name: 'OKTA' } },
};
