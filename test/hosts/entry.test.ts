import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { actionOf } from '../../src/connector.ts';
import { InputError, isOktaError } from '../../src/errors/errors.ts';
import * as hosts from '../../src/hosts/index.ts';
import { manifest } from '../../src/index.ts';
import config from '../../tsdown.config.ts';

const root = join(import.meta.dirname, '../..');
const { actions, triggers } = manifest();

describe('F2.6 okta-connector/hosts', () => {
  it('is an entry of the package, as every other one is built', () => {
    const [{ entry }] = config as unknown as [{ entry: Record<string, string> }];
    const built = Object.values(packageJson.exports).filter((path) => path.startsWith('./dist/'));
    for (const path of built)
      expect(Object.keys(entry)).toContain(path.slice('./dist/'.length, -'.js'.length));
    expect(packageJson.exports['./hosts']).toBe('./dist/hosts.js');
    expect(entry.hosts).toBe('src/hosts/index.ts');
  });

  it('has what a host needs', () => {
    expect(Object.keys(hosts).sort()).toEqual(
      [
        ...['asScalar', 'destructiveness', 'effectOf', 'hintOf', 'hostFields', 'nest', 'plainError'],
        ...['CLEARED', 'connectionOfForm', 'errorInWords', 'flatInput', 'flatName', 'hasClearable'],
        ...['actionInput', 'attributeFields', 'isLocal', 'remoteFields', 'remoteOperations', 'triggerInput'],
        ...['eventFields', 'eventTypeSchema'],
      ].sort(),
    );
  });

  it.each(actions.map((one) => [one.key, one] as const))('%s: from its form to its effect', (key, action) => {
    const fields = hosts.hostFields(action);
    const sample = action.sample.input as Record<string, unknown>;
    const typed = fields.flatMap(({ name, kind }) => {
      const value = name
        .split('.')
        .reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], sample);
      // Forms keep numbers as text.
      return value === undefined
        ? []
        : [[name, hosts.asScalar(kind, typeof value === 'number' ? `${value}` : value)]];
    });
    expect(hosts.nest(Object.fromEntries(typed))).toEqual(sample);
    const effect = hosts.effectOf(key, sample);
    expect(Object.keys(effect)).toEqual(['kind', 'idempotent', 'destructive']);
    if (hosts.destructiveness(action) === 'always') expect(effect.destructive).toBe(true);
    if (hosts.destructiveness(action) === 'never') expect(effect.destructive).toBe(false);
  });

  it('has the worst effect for an input that is not known yet', () => {
    expect(hosts.effectOf('update_user')).toEqual(actionOf('update_user').effect);
    expect(hosts.effectOf('update_user').destructive).toBe(true);
    const known = { userId: '00u1', profile: { department: 'Sales' } };
    expect(hosts.effectOf('update_user', known).destructive).toBe(false);
  });

  it('says what is wrong with an input, and with a key, without the command line', () => {
    const told = [
      () => hosts.effectOf('get_user', {}),
      () => hosts.effectOf('get_users', {}),
      () => hosts.effectOf('', null),
    ].map((run) => {
      try {
        return run();
      } catch (error) {
        return isOktaError(error) ? hosts.plainError(error) : error;
      }
    });
    expect(told).toMatchObject([
      { code: 'invalid_input', hint: 'Correct the fields.', causes: ['userId: is required'] },
      { code: 'unknown_operation' },
      { code: 'unknown_operation' },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/okta-connector|--/);
  });

  it.each(['__proto__', '__proto__.polluted', 'profile.__proto__.polluted'])(
    'refuses the name %s',
    (name) => {
      expect(() => hosts.nest({ profile: {}, [name]: 1 })).toThrow(InputError);
      expect({}).not.toHaveProperty('polluted');
    },
  );

  it('has no word of the command line in a form', () => {
    const forms = [...actions, ...triggers].map((one) => hosts.hostFields(one));
    expect(JSON.stringify(forms)).not.toMatch(/okta-connector|(^|[\s"])--[a-z]/);
  });

  it('leaves no flag of the command line in a hint of what a host can call', () => {
    const texts = (readdirSync(join(root, 'src'), { recursive: true }) as string[])
      .filter((path) => path.endsWith('.ts') && !/^(cli|sandbox|hosts|bulk|export)\//.test(path))
      .flatMap(
        (path) => readFileSync(join(root, 'src', path), 'utf8').match(/hint:\s*(['`])(.*?)\1/gs) ?? [],
      );
    expect(texts.length).toBeGreaterThan(30);
    expect(texts.map((hint) => hosts.hintOf({ hint })).filter((hint) => / --[a-z]/.test(hint ?? ''))).toEqual(
      [],
    );
  });
});
