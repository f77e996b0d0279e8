import { describe, expect, it } from 'vitest';
import { version } from 'zapier-platform-core';
import { type ZapierApp, type ZapierOperation, zapierApp } from '../../../src/hosts/zapier/app.ts';
import type { ZapierField } from '../../../src/hosts/zapier/fields.ts';
import { zapierText } from '../../../src/hosts/zapier/fields.ts';
import { keysAuthentication } from '../../../src/hosts/zapier/keys-authentication.ts';
import { CONFIRM_KEY, ZAPIER_VARIANTS, zapierKey } from '../../../src/hosts/zapier/names.ts';
import { outputFields, type ZapierOutputField } from '../../../src/hosts/zapier/output-fields.ts';
import { zapierPackage } from '../../../src/hosts/zapier/package.ts';
import { signInAuthentication } from '../../../src/hosts/zapier/sign-in-authentication.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { ALL_CASES } from '../../support/share.ts';
import { operationsOf, problemsOf } from './core.ts';

/** The integration with no operation, or with this trigger. */
const withOnly = (whole: ZapierApp, trigger?: ZapierOperation): ZapierApp => ({
  ...{ ...whole, triggers: trigger ? { [trigger.key]: trigger } : {} },
  ...{ searches: {}, creates: {}, searchOrCreates: {} },
});

const authentications = [keysAuthentication, signInAuthentication];
const app = zapierApp(manifest(), keysAuthentication, version);
const all = operationsOf(app);
const fieldsOf = ({ operation }: ZapierOperation) =>
  operation.inputFields.filter((one): one is ZapierField => 'key' in one);
const shownOf = ({ operation }: ZapierOperation) =>
  (operation.outputFields ?? []).filter((one): one is ZapierOutputField => 'key' in one);
const fieldOf = (one: ZapierOperation | undefined, key: string) =>
  one && fieldsOf(one).find((field) => field.key === key);

describe('L2 what Zapier is given', () => {
  it('has 0 schema errors with the keys, and none in the sign-in', () => {
    expect(problemsOf(app)).toEqual([]);
    const signIn = zapierApp(manifest(), signInAuthentication, version);
    // The operations are the same.
    expect(problemsOf(ALL_CASES ? signIn : withOnly(signIn))).toEqual([]);
  });

  it('and an error would be seen', () => {
    const [first] = Object.values(app.triggers);
    const broken = { ...first, display: { label: 'x', description: '' } } as ZapierOperation;
    expect(problemsOf(withOnly(app, broken))).not.toEqual([]);
  });

  it('has one integration for each way to sign in, as Zapier takes one each', () => {
    expect(authentications.map(({ variant }) => variant)).toEqual(ZAPIER_VARIANTS);
  });

  it('offers what reads as searches, what writes as actions, and no instant trigger', () => {
    const { actions, triggers } = manifest();
    for (const { key, effect } of actions) {
      expect(Object.hasOwn(app.searches, key) && effect.kind === 'write', key).toBe(false);
      expect(Object.hasOwn(app.creates, key) && effect.kind === 'read', key).toBe(false);
    }
    for (const { key, kind } of triggers) if (kind === 'webhook') expect(app.triggers[key]).toBeUndefined();
    expect(Object.values(app.triggers).map(({ operation }) => operation.type)).not.toContain('hook');
  });

  it('leaves out what works on the files of a machine, and inputs that name one', () => {
    for (const operation of [...manifest().actions, ...manifest().triggers]) {
      const shown = app.triggers[operation.key] ?? app.searches[operation.key] ?? app.creates[operation.key];
      if (operation.offline) expect(shown, operation.key).toBeUndefined();
      for (const name of operation.local)
        expect(fieldOf(shown, name), `${operation.key} ${name}`).toBeUndefined();
    }
  });

  it('has a sample, with an id where Zapier tells items apart by it, for each that people see', () => {
    for (const { key, display, operation } of all) {
      if (display.hidden) continue;
      expect(Object.keys(operation.sample ?? {}).length, key).toBeGreaterThan(0);
      if (!app.creates[key])
        expect((operation.sample as { id?: unknown }).id, key).toEqual(expect.any(String));
    }
  });

  it('has a drop-down behind each field that names one, and the fields on which it depends', () => {
    for (const one of all) {
      for (const { dynamic, dependsOn = [] } of fieldsOf(one)) {
        if (dynamic) expect(app.triggers[dynamic.split('.')[0] as string]?.display.hidden).toBe(true);
        for (const key of dependsOn) expect(fieldOf(one, key)?.altersDynamicFields, one.key).toBe(true);
      }
    }
  });

  it('keeps secrets out of sight, and a private key in a field of many lines', () => {
    const fields = keysAuthentication.fields(manifest(), '');
    const typeOf = (key: string) => fields.find((field) => field.key === key)?.type;
    expect([typeOf('token'), typeOf('privateKey')]).toEqual(['password', 'text']);
    expect(fields.filter((field) => !field.isNoSecret).map(({ key }) => key)).toEqual([
      'token',
      'privateKey',
    ]);
    expect(fieldOf(app.creates.set_user_password, 'password')?.type).toBe('password');
    expect(fieldOf(app.creates.create_user, 'credentials__password__value')?.type).toBe('password');
  });

  it('asks before what cannot be undone: always, or where an input makes it so', () => {
    expect(fieldOf(app.creates.delete_group, CONFIRM_KEY)).toMatchObject({ required: true, type: 'boolean' });
    expect(fieldOf(app.creates.update_user, CONFIRM_KEY)).toMatchObject({ required: false });
    expect(fieldOf(app.creates.create_user, CONFIRM_KEY)).toBeUndefined();
    for (const { key, effect } of manifest().actions)
      if (effect.destructive && app.creates[key])
        expect(fieldOf(app.creates[key], CONFIRM_KEY), key).toBeDefined();
  });

  it('writes no request of ours into its log', () => {
    expect(app.flags).toMatchObject({ skipHttpPatch: true });
  });

  it('pairs what finds with what creates', () => {
    const { findOrCreate } = manifest();
    expect(findOrCreate.length).toBeGreaterThan(1);
    expect(Object.keys(app.searchOrCreates)).toEqual([...new Set(findOrCreate.map(({ find }) => find))]);
  });

  it('has what a pair fixes as the default of its search, and the limit of a list', () => {
    for (const { find, with: fixed = {} } of manifest().findOrCreate)
      for (const [name, value] of Object.entries(fixed))
        expect(fieldOf(app.searches[find], zapierKey(name))?.default, find).toBe(String(value));
    expect(fieldOf(app.searches.find_groups_by_name, 'match')?.default).toBe('equals');
    expect(fieldOf(app.searches.find_groups_by_name, 'limit')?.default).toBe('100');
  });

  it('labels each value of a sample by the schema, nested ones and line items too', () => {
    for (const one of all) {
      const { key, display } = one;
      if (display.hidden) continue;
      const fields = shownOf(one);
      expect(fields.length, key).toBeGreaterThan(0);
      expect(new Set(fields.map((one) => one.key)).size, key).toBe(fields.length);
      for (const { label } of fields) expect(label, key).toMatch(/^[^_]+$/);
    }
    const labelsOf = (one: ZapierOperation) =>
      Object.fromEntries(shownOf(one).map(({ key, label }) => [key, label]));
    expect(labelsOf(app.searches.get_user!)).toMatchObject({
      id: 'User ID',
      profile__firstName: 'Profile: First name',
    });
    expect(app.searches.get_user?.operation.outputFields).toContainEqual({
      ...{ key: 'created', label: 'Created', type: 'datetime' },
    });
    const nested = outputFields(
      { members: [{ id: 'a', tags: ['x'], more: {} }], names: ['a'] },
      {
        properties: {
          members: {
            title: 'People',
            items: { anyOf: [{ type: 'null' }, { properties: { id: { title: 'Whose ID' } } }] },
          },
        },
      },
    );
    expect(nested).toEqual([
      { key: 'members[]id', label: 'People: Whose ID', type: 'string' },
      { key: 'members[]tags', label: 'People: Tags', list: true },
      { key: 'names', label: 'Names', list: true },
    ]);
  });

  it('cuts a text that is too long at the end of a sentence', () => {
    const text = zapierText(`${'Some words. '.repeat(100)}The end.`);
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(text.endsWith('words.')).toBe(true);
    expect(zapierText('x'.repeat(2000))).toHaveLength(1000);
  });

  it('is a package with one dependency, which Zapier has', () => {
    const files = zapierPackage(manifest(), keysAuthentication, version);
    expect(JSON.parse(files['package.json'] as string)).toMatchObject({
      name: 'zapier-okta-keys',
      main: 'index.js',
      dependencies: { 'zapier-platform-core': version },
    });
    expect(files['README.md']).toContain('| Create user |');
  });
});
