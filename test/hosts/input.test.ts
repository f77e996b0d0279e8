import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors/errors.ts';
import {
  actionInput,
  attributeFields,
  hostFields,
  remoteFields,
  remoteOperations,
  triggerInput,
} from '../../src/hosts/index.ts';
import { manifest } from '../../src/manifest/manifest.ts';
import type { ProfileAttribute } from '../../src/schema/profile-attribute.ts';
import { isRecord } from '../../src/schema/record.ts';

const { actions, triggers } = manifest();
const actionNamed = (key: string) => actions.find((one) => one.key === key) ?? expect.fail(key);
const triggerNamed = (key: string) => triggers.find((one) => one.key === key) ?? expect.fail(key);

/** What a form of texts holds for a sample: its values by field name. */
function typedOf(operation: (typeof actions)[number] | (typeof triggers)[number]): Record<string, unknown> {
  const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
  return Object.fromEntries(
    hostFields(operation).flatMap(({ name, kind }) => {
      const value = name
        .split('.')
        .reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), operation.sample.input);
      // Only JSON tells a text from a number.
      return value === undefined ? [] : [[name, kind === 'scalar' ? value : text(value)]];
    }),
  );
}

describe('L the input of an operation from a form of texts', () => {
  it.each(actions.map((one) => [one.key, one] as const))('%s', (_, action) => {
    const remote = { ...action, local: [] };
    expect(actionInput(remote, typedOf(action))).toEqual(action.sample.input);
  });

  it.each(triggers.map((one) => [one.key, one] as const))('%s', (_, trigger) => {
    const remote = { ...trigger, local: [] };
    const use = trigger.kind === 'webhook' ? 'instant' : 'polling';
    expect(triggerInput(remote, typedOf(trigger), use)).toEqual(trigger.sample.input);
  });

  it('omits what is empty, and clears only what is named', () => {
    const values = { userId: '00u1', 'profile.department': '', 'profile.title': null, strict: undefined };
    expect(actionInput(actionNamed('update_user'), values)).toEqual({ userId: '00u1' });
    expect(actionInput(actionNamed('update_user'), values, { clear: ['profile.title'] })).toEqual({
      userId: '00u1',
      profile: { title: null },
    });
  });

  it('takes lists as people type them', () => {
    const lists = ['Sales, Everyone', 'Sales\nEveryone\n', '["Sales","Everyone"]', ['Sales', '', 'Everyone']];
    for (const groupIds of lists)
      expect(actionInput(actionNamed('create_user'), { groupIds })).toEqual({
        groupIds: ['Sales', 'Everyone'],
      });
    expect(actionInput(actionNamed('create_user'), { groupIds: '[Sales]' })).toEqual({
      groupIds: ['[Sales]'],
    });
  });

  it('adds single attributes to a whole profile, in any order', () => {
    const values = { 'profile.costCenter': '7', profile: '{"login":"bo@acme.test","nickName":""}' };
    expect(actionInput(actionNamed('create_user'), values)).toEqual({
      profile: { login: 'bo@acme.test', costCenter: '7' },
    });
  });

  it('converts the attributes of the org', () => {
    const base = { required: false, readOnly: false, unique: false, custom: true };
    const attributes: ProfileAttribute[] = [
      { ...base, name: 'level', title: 'Level', type: 'integer' },
      { ...base, name: 'remote', title: 'Remote', type: 'boolean' },
      { ...base, name: 'sites', title: 'Sites', type: 'array', itemType: 'string' },
      { ...base, name: 'size', title: 'Size', type: 'string', choices: [{ value: 'S', label: 'Small' }] },
      { ...base, name: 'key', title: 'Key', type: 'string', readOnly: true },
      { ...base, name: 'login', title: 'Login', type: 'string', required: true },
    ];
    const action = actionNamed('create_user');
    const parent = hostFields(action).find(({ kind }) => kind === 'attributes') ?? expect.fail();
    const fields = attributeFields(attributes, parent);
    expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ['profile.login', 'string', true],
      ['profile.level', 'integer', false],
      ['profile.remote', 'boolean', false],
      ['profile.sites', 'list', false],
      ['profile.size', 'enum', false],
    ]);
    expect(fields.at(-1)).toMatchObject({ choices: ['S'], labels: { S: 'Small' } });
    expect(attributeFields(attributes, parent, false)[0]).toMatchObject({ required: false });
    const typed = { 'profile.level': '3', 'profile.remote': 'TRUE', 'profile.sites': 'Rome, Oslo' };
    expect(actionInput(action, typed, { attributes: fields })).toEqual({
      profile: { level: 3, remote: true, sites: ['Rome', 'Oslo'] },
    });
  });

  it('refuses unknown fields, broken JSON and files of the machine', () => {
    const action = { ...actionNamed('update_user'), local: ['state'] };
    const messageOf = (values: Record<string, unknown>) => {
      try {
        return actionInput(action, values);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        return (error as Error).message;
      }
    };
    expect(messageOf({ userID: 'x' })).toBe('update_user has no input userID; did you mean userId?');
    expect(messageOf({ profile: '{' })).toMatch(/is not valid JSON/);
    expect(messageOf({ state: '/etc/passwd' })).toMatch(/names a file or a state/);
    expect(messageOf({ 'profile.__proto__.x': 1 })).toMatch(/cannot have the name/);
    expect({}).not.toHaveProperty('x');
  });

  it('leaves out what counts for the other use of a trigger', () => {
    const values = { since: '2026-01-01T02:00:00+02:00', include: 'true', reconcile: 'true' };
    const trigger = triggerNamed('user_created');
    const polled = triggerInput(trigger, values, 'polling');
    expect(polled).toEqual({ since: '2026-01-01T00:00:00.000Z', include: true });
    expect(triggerInput(trigger, values, 'instant')).toEqual({ include: true, reconcile: true });
    expect(triggerInput(trigger, { since: new Date(0) }, 'polling').since).toBe('1970-01-01T00:00:00.000Z');
  });

  it('offers a service elsewhere no operation or input of the machine', () => {
    const { actions: offered, triggers: watched } = remoteOperations({ actions, triggers });
    expect(offered.length).toBeGreaterThan(140);
    expect([...offered, ...watched].filter(({ offline }) => offline)).toEqual([]);
    expect(watched.filter(({ served }) => served)).toEqual([]);
    const action = { ...actionNamed('update_user'), local: ['profile', 'strict'] };
    const names = remoteFields(action).map(({ name }) => name);
    expect(names).not.toContain('profile');
    expect(names).not.toContain('strict');
    expect(names).toContain('userId');
    const needing = { ...action, local: ['userId'] };
    expect(remoteOperations({ actions: [needing], triggers }).actions).toEqual([]);
  });
});
