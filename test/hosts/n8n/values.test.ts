import { describe, expect, it } from 'vitest';
import type { HostField } from '../../../src/hosts/fields.ts';
import { credentialSources } from '../../../src/hosts/n8n/credentials.ts';
import { documentation } from '../../../src/hosts/n8n/documentation.ts';
import { Code, sourceOf } from '../../../src/hosts/n8n/literal.ts';
import { parameterOf } from '../../../src/hosts/n8n/names.ts';
import { connectionOfCredential } from '../../../src/hosts/n8n/runtime/connection.ts';
import { type FormValues, inputOf, isoOf } from '../../../src/hosts/n8n/runtime/values.ts';
import { labelOf, sentences, titleCase } from '../../../src/hosts/n8n/wording.ts';
import { manifest } from '../../../src/manifest/manifest.ts';

const field = (name: string, kind: HostField['kind'], more: Partial<HostField> = {}): HostField => ({
  ...{ name, kind, title: name, description: 'x', required: true },
  ...more,
});
const form = (values: Record<string, unknown>, item = {}): FormValues => ({
  get: (name) => values[name] ?? null,
  item,
  timezone: 'Europe/Madrid',
});

describe('what a form gives', () => {
  it.each([
    ['empty', field('user', 'string'), '', undefined],
    ['a chosen entry', field('user', 'string'), { __rl: true, mode: 'list', value: '00u1' }, '00u1'],
    ['nothing chosen', field('user', 'string'), { __rl: true, mode: 'list', value: '' }, undefined],
    ['false', field('user', 'boolean'), false, false],
    ['zero', field('user', 'integer'), 0, 0],
    ['a number for a text', field('user', 'string'), 2024, '2024'],
    ['a number in a locator', field('user', 'string'), { __rl: true, mode: 'id', value: 2024 }, '2024'],
    ['a text for a number', field('user', 'integer'), ' 5 ', 5],
    ['a text that is no number', field('user', 'integer'), 'five', 'five'],
    ['a text for a boolean', field('user', 'boolean'), 'FALSE', false],
    ['a text that is no boolean', field('user', 'boolean'), 'no', 'no'],
    ['a number of a condition', field('user', 'scalar'), 5, 5],
    ['JSON', field('user', 'json'), '{"a":1}', { a: 1 }],
    ['an object of an expression', field('user', 'json'), { a: 1 }, { a: 1 }],
    ['a list', field('user', 'list'), ['a', ''], ['a']],
    ['a list with commas', field('user', 'list'), 'a, b', ['a', 'b']],
    ['a list as JSON', field('user', 'list'), '["a","b"]', ['a', 'b']],
    ['an empty list', field('user', 'list', { required: false }), [], undefined],
    ['an empty list that is required, which n8n takes from expressions only', field('user', 'list'), [], []],
    ['a required list of what was not found', field('user', 'list'), [undefined], undefined],
    ['a list with what was not found', field('user', 'list'), ['a', undefined, null], ['a']],
    ['a list of numbers', field('user', 'list'), [1, 0], ['1', '0']],
    ['a list of objects', field('user', 'list'), [{ id: 'a' }], [{ id: 'a' }]],
  ])('%s', (_, one, given, value) => {
    const additional = { additionalFields: { user: given } };
    const values = one.required ? { user: given } : additional;
    expect(inputOf([one], form(values))).toEqual(value === undefined ? {} : { user: value });
  });

  it('stands where the input has it', () => {
    const fields = [
      field('credentials.password.value', 'string', { required: false }),
      field('profile', 'attributes', { required: false }),
    ];
    const values = {
      profile: { mappingMode: 'defineBelow', value: { city: 'Rome', title: null, state: '' } },
      'profile.value': { city: 'Rome', title: null, state: '' },
      additionalFields: { credentialsPasswordValue: 'p', clearAttributes: ['department'] },
    };
    expect(inputOf(fields, form(values))).toEqual({
      profile: { city: 'Rome', department: null },
      credentials: { password: { value: 'p' } },
    });
  });

  it.each([[['department', 'city']], ['department, city'], ['["department","city"]']])(
    'clears what an expression names: %j',
    (clearAttributes) => {
      const values = { additionalFields: { clearAttributes } };
      expect(inputOf([field('profile', 'attributes', { required: false })], form(values))).toEqual({
        profile: { department: null, city: null },
      });
    },
  );

  it.each(['autoMapInputData', 'defineBelow'])(
    'has attributes in the types of the org: %s',
    (mappingMode) => {
      const schema = [
        { id: 'employeeNumber', type: 'string' },
        { id: 'deskNumber', type: 'number' },
        { id: 'contractor', type: 'boolean' },
      ];
      const given = { employeeNumber: 10003, deskNumber: '12', contractor: 'true' };
      const values = { profile: { mappingMode, value: given, schema }, 'profile.value': given };
      expect(inputOf([field('profile', 'attributes')], form(values, given))).toEqual({
        profile: { employeeNumber: '10003', deskNumber: 12, contractor: true },
      });
    },
  );

  it.each([
    ['2026-07-01T12:00:00', '2026-07-01T10:00:00.000Z'],
    ['2026-01-01T12:00:00', '2026-01-01T11:00:00.000Z'],
    // The hour that does not exist and the one that is there twice.
    ['2026-03-29T03:30:00', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25T03:30:00', '2026-10-25T02:30:00.000Z'],
    ['2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['2026-07-01 12:00', '2026-07-01T10:00:00.000Z'],
    ['2026-07-01 12:00:00.000 -05:00', '2026-07-01T17:00:00.000Z'],
    ['2026-07-01T12:00:00Z', '2026-07-01T12:00:00.000Z'],
    ['2026-07-01T12:00:00.000+02:00', '2026-07-01T10:00:00.000Z'],
    [new Date('2026-07-01T12:00:00Z'), '2026-07-01T12:00:00.000Z'],
    [{ toISO: () => '2026-07-01T12:00:00.000-05:00' }, '2026-07-01T17:00:00.000Z'],
    ['yesterday', 'yesterday'],
  ])('a date is meant in the zone of the workflow: %s', (given, iso) => {
    expect(isoOf(given, 'Europe/Madrid')).toBe(iso);
  });
});

describe('a credential', () => {
  it('hands the private key over as it is: the core knows its spellings', () => {
    const privateKey = '-----BEGIN PRIVATE KEY----- AAAA BBBB -----END PRIVATE KEY-----';
    const { auth } = connectionOfCredential('privateKey', {
      orgUrl: 'x',
      clientId: 'y',
      privateKey,
      scopes: 'a, b c',
    });
    expect(auth).toMatchObject({ privateKey, scopes: ['a', 'b', 'c'], dpop: 'auto', keyId: undefined });
  });

  it.each([
    ['https://acme.okta.com', 'https://acme.okta.com'],
    ['https://acme-admin.okta.com/admin/dashboard', 'https://acme.okta.com'],
    ['acme.oktapreview.com/', 'https://acme.oktapreview.com'],
    [' acme.okta.com ', 'https://acme.okta.com'],
    [' https://acme.okta.com\n', 'https://acme.okta.com'],
    ['http://127.0.0.1:8484', 'http://127.0.0.1:8484'],
    ['http://localhost', 'http://localhost'],
    ['http://[::1]:8484/', 'http://[::1]:8484'],
    ['http://acme.okta.com', 'https://acme.okta.com'],
    ['HTTP://acme.okta.com/x', 'https://acme.okta.com'],
    ['http://localhost.acme.test', 'https://localhost.acme.test'],
    ['http://127.0.0.1:1@acme.test', 'https://127.0.0.1:1@acme.test'],
  ])('signs in at the org of %s', (orgUrl, origin) => {
    const source = credentialSources(manifest(), documentation('https://okta-connector.dev').credentials)[
      'credentials/OktaConnectorOAuth2Api.credentials.ts'
    ];
    const [, expression] =
      /name: 'authUrl',[\s\S]*?default: '=\{\{(.*?)\}\}\/oauth2/.exec(source ?? '') ?? [];
    expect(new Function('$self', `return ${expression}`)({ orgUrl })).toBe(origin);
  });

  it('says whether DPoP is wanted', () => {
    expect(connectionOfCredential('privateKey', { dpop: 'never' }).auth).toMatchObject({ dpop: false });
    expect(connectionOfCredential('privateKey', { dpop: 'required' }).auth).toMatchObject({ dpop: true });
  });
});

describe('texts', () => {
  it('are cased as n8n has them', () => {
    expect(titleCase('list logons by IP')).toBe('List Logons by IP');
    expect(labelOf({ title: 'Password: Send e-mail' })).toBe('Password Send Email');
    expect(sentences('One sentence.')).toBe('One sentence');
    expect(sentences('Two. Sentences')).toBe('Two. Sentences.');
    expect(sentences('profile.<name>')).toBe('"profile.&lt;name&gt;"');
    expect(sentences('Id of a type: id, status or type.id.')).toBe(
      'ID of a type: ID, status or type.i&#100;',
    );
    expect(sentences('Knows status, id, or type.id.')).toBe('Knows status, i&#100;, or type.i&#100;');
    expect(sentences('By id, login or name')).toBe('By ID, login or name');
    expect(sentences('asc or desc')).toBe('"asc" or desc');
    expect(parameterOf({ name: 'credentials.recovery_question.answer' })).toBe(
      'credentialsRecoveryQuestionAnswer',
    );
  });

  it.each(["it's", 'say "x"', `it's "x"`, 'a\\b\nc', { a: [1, 'x', { 'b-c': null }], d: {} }, []])(
    'a literal reads back as what it was: %j',
    (value) => {
      expect(new Function(`return (${sourceOf(value)})`)()).toEqual(value);
      expect(sourceOf(new Code('x.y'))).toBe('x.y');
    },
  );
});
