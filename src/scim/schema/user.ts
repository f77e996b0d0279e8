import { binary, complex, readOnly, type ScimSchema, text, truth, urlText, values } from './attribute.ts';

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const PLACES = ['work', 'home', 'other'];

/** @see https://datatracker.ietf.org/doc/html/rfc7643#section-4.1 */
export const scimUserSchema: ScimSchema = {
  id: USER_SCHEMA,
  name: 'User',
  description: 'A person',
  attributes: [
    text('userName', 'The name with which the person signs in; unique, whatever its case.', {
      ...{ required: true, uniqueness: 'server' },
    }),
    complex('name', 'The parts of the name of the person.', [
      text('formatted', 'The whole name.'),
      text('familyName', 'The last name.'),
      text('givenName', 'The first name.'),
      text('middleName', 'The middle names.'),
      text('honorificPrefix', 'A title before the name.'),
      text('honorificSuffix', 'What follows the name.'),
    ]),
    text('displayName', 'The name that people see.'),
    text('nickName', 'The casual name.'),
    urlText('profileUrl', 'A page about the person.'),
    text('title', 'The job title.'),
    text('userType', 'The kind of relation, such as Employee.'),
    text('preferredLanguage', 'Preferred languages, as in Accept-Language.'),
    text('locale', 'How numbers and dates are shown, such as de-CH.'),
    text('timezone', 'An Olson time zone, such as Europe/Zurich.'),
    truth('active', 'False once the person is deprovisioned.'),
    text('password', 'The password. It is passed on and never stored.', {
      ...{ caseExact: true, mutability: 'writeOnly', returned: 'never' },
    }),
    values('emails', 'E-mail addresses.', PLACES),
    values('phoneNumbers', 'Phone numbers.', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    values('ims', 'Addresses for instant messages.', []),
    values(
      'photos',
      'Pictures of the person.',
      ['photo', 'thumbnail'],
      urlText('value', 'Where the picture is.'),
    ),
    complex(
      'addresses',
      'Postal addresses.',
      [
        text('formatted', 'The whole address.'),
        text('streetAddress', 'Street and number.'),
        text('locality', 'The city.'),
        text('region', 'The state or region.'),
        text('postalCode', 'The postal code.'),
        text('country', 'The country.'),
        text('type', 'What it is for.', { canonicalValues: PLACES }),
        truth('primary', 'True for the preferred one; at most one is.'),
      ],
      { multiValued: true },
    ),
    readOnly(
      complex(
        'groups',
        'The groups that have the person as a direct member.',
        [
          text('value', 'The id of the group.', { caseExact: true }),
          urlText('$ref', 'Where the group is.', { referenceTypes: ['Group'] }),
          text('display', 'The name of the group.'),
          text('type', 'How the person is a member.', { canonicalValues: ['direct', 'indirect'] }),
        ],
        { multiValued: true },
      ),
    ),
    values('entitlements', 'What the person may do or has.', []),
    values('roles', 'The roles of the person.', []),
    values(
      'x509Certificates',
      'Certificates of the person.',
      [],
      binary('value', 'A certificate as base64 of DER.'),
    ),
  ],
};

/** @see https://datatracker.ietf.org/doc/html/rfc7643#section-4.3 */
export const enterpriseSchema: ScimSchema = {
  id: ENTERPRISE,
  name: 'EnterpriseUser',
  description: 'What an organization knows of its people',
  attributes: [
    text('employeeNumber', 'The number of the person in the organization.'),
    text('costCenter', 'The cost center.'),
    text('organization', 'The organization.'),
    text('division', 'The division.'),
    text('department', 'The department.'),
    complex('manager', 'Whom the person reports to.', [
      text('value', 'The id of the manager.', { caseExact: true }),
      urlText('$ref', 'Where the manager is.', { referenceTypes: ['User'] }),
      text('displayName', 'The name of the manager.'),
    ]),
  ],
};
