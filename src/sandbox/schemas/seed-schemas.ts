import type { Attribute, Schema } from './attribute.ts';

type Permission = 'READ_WRITE' | 'READ_ONLY' | 'HIDE';

/** The user schema of a new org: Okta's 31 base attributes and a custom one of each type. */
export function seedUserSchema(
  id: string,
  now: number,
  custom: Record<string, Attribute> = customAttributes(),
): Schema {
  return { id, name: 'user', title: 'User', created: now, lastUpdated: now, base: baseAttributes(), custom };
}

export function seedGroupSchema(id: string, now: number): Schema {
  const base = {
    name: text('Name', 'READ_WRITE', { required: true, maxLength: 255 }),
    description: text('Description', 'READ_WRITE', { maxLength: 1024 }),
  };
  const custom = { costCenter: text('Cost center', 'READ_WRITE', {}) };
  return { id, name: 'group', title: 'Okta group', created: now, lastUpdated: now, base, custom };
}

function baseAttributes(): Record<string, Attribute> {
  return {
    login: text('Username', 'READ_ONLY', { required: true, minLength: 5, maxLength: 100 }),
    firstName: text('First name', 'READ_WRITE', { required: true, minLength: 1, maxLength: 50 }),
    lastName: text('Last name', 'READ_WRITE', { required: true, minLength: 1, maxLength: 50 }),
    middleName: text('Middle name'),
    honorificPrefix: text('Honorific prefix'),
    honorificSuffix: text('Honorific suffix'),
    email: text('Primary email', 'READ_WRITE', { required: true, format: 'email' }),
    title: text('Title'),
    displayName: text('Display name'),
    nickName: text('Nickname'),
    profileUrl: text('Profile Url', 'READ_ONLY', { format: 'uri' }),
    secondEmail: text('Secondary email', 'READ_WRITE', { format: 'email' }),
    mobilePhone: text('Mobile phone', 'READ_WRITE', { maxLength: 100 }),
    primaryPhone: text('Primary phone', 'HIDE', { maxLength: 100 }),
    streetAddress: text('Street address', 'HIDE'),
    city: text('City', 'HIDE'),
    state: text('State', 'HIDE'),
    zipCode: text('Zip code', 'HIDE'),
    countryCode: text('Country code', 'HIDE', { format: 'country-code' }),
    postalAddress: text('Postal Address', 'HIDE'),
    preferredLanguage: text('Preferred language', 'READ_ONLY', { format: 'language-code' }),
    locale: text('Locale', 'READ_ONLY', { format: 'locale' }),
    timezone: text('Time zone', 'READ_ONLY', { format: 'timezone' }),
    userType: text('User type'),
    employeeNumber: text('Employee number'),
    costCenter: text('Cost center'),
    organization: text('Organization'),
    division: text('Division'),
    department: text('Department'),
    managerId: text('ManagerId'),
    manager: text('Manager'),
  };
}

function customAttributes(): Record<string, Attribute> {
  return {
    shirtSize: text('Shirt size', 'READ_WRITE', {
      enum: ['S', 'M', 'L'],
      oneOf: [
        { const: 'S', title: 'Small' },
        { const: 'M', title: 'Medium' },
        { const: 'L', title: 'Large' },
      ],
    }),
    skills: { ...text('Skills', 'READ_WRITE'), type: 'array', items: { type: 'string' }, union: 'DISABLE' },
    deskNumber: { ...text('Desk number', 'READ_WRITE'), type: 'integer' },
    contractor: { ...text('Contractor', 'READ_WRITE'), type: 'boolean' },
    badgeId: text('Badge', 'READ_ONLY', { unique: 'UNIQUE_VALIDATED', maxLength: 20 }),
    payrollId: text('Payroll id', 'READ_ONLY', { mutability: 'READ_ONLY' }),
  };
}

function text(title: string, permission: Permission = 'READ_ONLY', rest: Partial<Attribute> = {}): Attribute {
  const { mutability = 'READ_WRITE', ...facets } = rest;
  const permissions = [{ principal: 'SELF', action: permission }];
  const master = { type: 'PROFILE_MASTER' };
  return { title, type: 'string', ...facets, mutability, scope: 'NONE', permissions, master };
}
