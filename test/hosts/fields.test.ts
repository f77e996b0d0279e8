import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { hostFields, nest } from '../../src/hosts/fields.ts';
import { n8nPackage } from '../../src/hosts/n8n/package.ts';
import { propertiesOf } from '../../src/hosts/n8n/properties.ts';
import { manifest } from '../../src/manifest/manifest.ts';

const { actions, triggers } = manifest();
const operations = [...actions, ...triggers];
const fieldsOf = (key: string) => hostFields(operations.find((one) => one.key === key) ?? { input: {} });

/** Every field with the attributes of a profile beside the others. */
const flat = (key: string) => fieldsOf(key).flatMap((field) => field.fields ?? [field]);

/** Dotted names of a sample, as deep as the form goes. */
function valuesOf(key: string, sample: Record<string, unknown>): Record<string, unknown> {
  const names = new Set(flat(key).map((field) => field.name));
  const walk = (value: unknown, path: string): [string, unknown][] =>
    names.has(path) || typeof value !== 'object' || value === null
      ? [[path, value]]
      : Object.entries(value).flatMap(([name, inner]) => walk(inner, path ? `${path}.${name}` : name));
  return Object.fromEntries(walk(sample, ''));
}

describe('fields of a form', () => {
  it.each(operations.map((one) => [one.key, one] as const))(
    '%s: every field has a title, the sample fits and comes back as it was',
    (key, { sample }) => {
      for (const field of flat(key)) expect([field.title, field.description]).not.toContain('');
      const values = valuesOf(key, sample.input as Record<string, unknown>);
      expect(flat(key).map((field) => field.name)).toEqual(expect.arrayContaining(Object.keys(values)));
      expect(nest(values)).toEqual(sample.input);
    },
  );

  it('makes one field of each member of an object, and tells the secret ones', () => {
    const secrets = fieldsOf('create_user').filter((field) => field.secret);
    expect(secrets.map((field) => field.name)).toEqual([
      'credentials.password.value',
      'credentials.password.hash',
      'credentials.password.hook.type',
      'credentials.recovery_question.answer',
    ]);
  });

  it('keeps the attributes of the org together, with the known ones', () => {
    const profile = fieldsOf('create_user').find((field) => field.kind === 'attributes');
    expect(profile).toMatchObject({ name: 'profile', required: true });
    expect(profile?.fields?.find((one) => one.name === 'profile.login')).toMatchObject({ required: true });
    expect(profile?.fields?.find((one) => one.name === 'profile.department')).toMatchObject({
      kind: 'string',
      nullable: true,
      required: false,
    });
  });

  it('knows drop-downs, enums, lists, numbers and dates', () => {
    expect(fieldsOf('add_user_to_group')).toMatchObject([
      { name: 'userId', options: 'users', required: true },
      { name: 'groupId', options: 'groups', required: true },
    ]);
    const kinds = Object.fromEntries(fieldsOf('new_event').map((field) => [field.name, field.kind]));
    expect(kinds).toMatchObject({ eventTypes: 'list', outcome: 'enum', since: 'date_time' });
    expect(fieldsOf('search_events').find((one) => one.name === 'lastMinutes')).toMatchObject({
      kind: 'integer',
      minimum: 1,
      default: 60,
    });
  });

  it('makes a small form of the rows of a list', () => {
    const conditions = fieldsOf('search_users').find((field) => field.name === 'conditions');
    expect(conditions).toMatchObject({
      kind: 'rows',
      members: [
        { name: 'attribute', kind: 'string', required: true },
        { name: 'operator', kind: 'enum', required: true },
        { name: 'value', kind: 'scalar', required: false },
      ],
    });
  });

  it('puts what is required first and leaves out what is undefined', () => {
    expect(fieldsOf('call_api')[0]).toMatchObject({ name: 'path', required: true });
    expect(nest({ 'profile.login': 'a', 'profile.title': undefined, limit: 0, clear: null })).toEqual({
      profile: { login: 'a' },
      limit: 0,
      clear: null,
    });
  });

  it('L6 offers values with labels: Node-RED shows the labels of the field, n8n those in its own case', () => {
    expect(fieldsOf('enroll_factor').find((one) => one.name === 'factorType')).toMatchObject({
      choices: expect.arrayContaining(['sms', 'webauthn']),
      labels: { sms: 'SMS', webauthn: 'Security key or passkey (WebAuthn)' },
    });
    const statuses = fieldsOf('list_apps').find((one) => one.name === 'status');
    expect(statuses).toMatchObject({ kind: 'enum', labels: { ACTIVE: 'Active', INACTIVE: 'Inactive' } });
    const [status] = propertiesOf(
      [{ key: 'list_apps', fields: statuses ? [statuses] : [] }],
      'operation',
      [],
    ).flatMap(({ options = [] }) => options) as unknown as { options?: { name: string; value: string }[] }[];
    expect(status?.options).toEqual([
      { name: 'Active', value: 'ACTIVE' },
      { name: 'Inactive', value: 'INACTIVE' },
    ]);
  });

  it('L6 n8n finds its nodes by what their operations are about', () => {
    const files = n8nPackage(manifest(), packageJson);
    const aliasOf = (name: string) => JSON.parse(files[`nodes/${name}/${name}.node.json`] ?? '{}').alias;
    expect(aliasOf('OktaConnector')).toEqual(
      expect.arrayContaining(['network zone', 'policy rule', 'factor']),
    );
    expect(aliasOf('OktaConnectorTrigger')).toEqual(expect.arrayContaining(['user', 'group', 'credential']));
  });
});
