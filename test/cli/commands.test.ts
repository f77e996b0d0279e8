import { describe, expect, it, vi } from 'vitest';
import { parseInput } from '../../src/actions/run.ts';
import { secretsLine } from '../../src/cli/bulk-advice.ts';
import { COMMANDS, CONNECTION_OPTIONS } from '../../src/cli/commands.ts';
import { completions } from '../../src/cli/completion.ts';
import { listActions } from '../../src/cli/list.ts';
import { tooOld } from '../../src/cli/node-version.ts';
import { readInputs } from '../../src/cli/pairs.ts';
import { programOf } from '../../src/cli/program.ts';
import type { Client } from '../../src/client.ts';
import { actionOf, connector } from '../../src/connector.ts';

const printed: string[] = [];
vi.mock('../../src/cli/output.ts', async (original) => ({
  ...(await original<object>()),
  writeOut: async (text: string) => void printed.push(text),
  printJson: async (value: unknown) => void printed.push(JSON.stringify(value)),
}));

/** The words of a command line without quotes in quotes. */
const wordsOf = (line: string) =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain = '']) => quoted ?? plain);

const shown = COMMANDS.filter(({ hidden }) => !hidden);
const examples = shown.flatMap(({ name, examples: lines }) => lines.map((line) => [name, line] as const));

describe('G.9 examples in the help', () => {
  it.each(shown.map(({ name }) => name))('%s has some', (name) => {
    expect(examples.filter(([of]) => of === name).length).toBeGreaterThan(0);
  });

  it.each(examples)('%s: %s can be typed', async (name, line) => {
    let ran: unknown[] | undefined;
    const commands = COMMANDS.map((one) => ({
      ...one,
      action: async (...args: unknown[]) => {
        ran = [one.name, ...args];
      },
    }));
    await programOf(commands).parseAsync(wordsOf(line.replace(/ [<>] .*/, '')), { from: 'user' });
    expect(ran?.[0]).toBe(name);
    const [, key, pairs, flags] = ran as [string, string, string[], { input: string }];
    const operation = [...connector.actions, ...connector.triggers].find((one) => one.key === key);
    if (!['run', 'poll', 'listen'].includes(name) || !operation) return;
    const open = async () => ({ fields: async () => undefined }) as unknown as Client;
    const input = await readInputs(operation, flags.input, pairs, open);
    expect(() => parseInput(operation, input)).not.toThrow();
  });
});

const OPTIONS = connector.resources.flatMap(({ choices }) => choices?.key ?? []);

describe('G.9 completion', () => {
  const complete = (line: string) =>
    completions(line.split(' '), {
      commands: COMMANDS,
      shared: CONNECTION_OPTIONS,
      profiles: ['production', 'test'],
    });

  it.each([
    ['ru', ['run']],
    ['com', ['completion']],
    ['--v', ['--version']],
    ['run get_u', ['get_user', 'get_user_risk']],
    ['run get_user ', ['userId=']],
    ['run get_user --json user', ['userId=']],
    ['run get_user userId=a ', []],
    ['run delete_user mode=deactivate_a', ['mode=deactivate_and_delete']],
    ['run create_user activate=', ['activate=true', 'activate=false']],
    ['run create_user profile.fir', ['profile.firstName=']],
    ['run get_user --prof', ['--profile']],
    ['run get_user --profile ', ['production', 'test']],
    ['run get_user --profile=p', ['--profile=production']],
    ['profiles ', ['list', 'remove']],
    ['ss', ['sso']],
    ['sso ', ['wizard']],
    ['sso wizard --no', ['--no-open']],
    ['profiles remove t', ['test']],
    ['export users --format ', ['csv', 'ndjson']],
    ['sync --to ', ['ndjson', 'csv', 'scim', 'webhook']],
    ['sync --to c', ['csv']],
    ['sync --to csv ', []],
    ['sync --con', ['--confirm-held', '--connection']],
    ['export as', ['assignments']],
    ['options ', OPTIONS],
    ['options event_', ['event_hooks', 'event_types']],
    ['describe new_event_', ['new_event_instant']],
    ['poll new_event', []],
    ['poll new_ev', ['new_event']],
    ['listen new_event_', ['new_event_instant']],
    ['completion f', ['fish']],
    ['bulk create_user --input ', []],
    ['nothing_like_it ', []],
  ])('of %j', (line, words) => {
    expect(complete(line).sort()).toEqual([...words].sort());
  });

  it('knows every command, operation and flag', () => {
    expect(complete('')).toEqual(shown.map(({ name }) => name));
    expect(complete('run ')).toEqual(connector.actions.map(({ key }) => key));
    for (const flag of ['--max-errors', '--resume', '--timeout', '--help'])
      expect(complete('bulk get_user --')).toContain(flag);
  });
});

it.each([
  ['20.20.2', true],
  ['22.19.0', true],
  ['22.20.0', false],
  ['24.0.0', false],
])('G.10 Node %s is too old: %s', (version, isTooOld) => {
  const line = tooOld(version, '>=22.20');
  expect(line !== undefined).toBe(isTooOld);
  if (line)
    expect(line).toMatch(/^okta-connector needs Node 22\.20 or newer, and this is Node \S+ \(.*\)\.$/);
});

describe('actions', () => {
  const listed = async (words: string[], flags: { json?: boolean }) => {
    printed.length = 0;
    await listActions(words, flags);
    return printed.join('');
  };

  it('are under the heading of their resource', async () => {
    const lines = (await listed([], {})).split('\n').map((line) => line.replace(/^│ | +│.*$/g, ''));
    const titles = connector.resources.map(({ title }) => title.toUpperCase());
    for (const { key, resource } of connector.actions) {
      const before = lines.slice(0, lines.indexOf(key));
      expect(
        before.findLast((line) => titles.includes(line)),
        key,
      ).toBe(resource.title.toUpperCase());
    }
  });

  it('are found by words of their names and descriptions', async () => {
    const keysOf = async (...words: string[]) =>
      (JSON.parse(await listed(words, { json: true })) as { key: string }[]).map(({ key }) => key);
    expect(await keysOf('UNLOCK')).toContain('unlock_user');
    expect(await keysOf('delete', 'zone')).toEqual(['delete_zone']);
    expect(await keysOf('delete zone')).toEqual(['delete_zone']);
    expect(await keysOf()).toEqual(connector.actions.map(({ key }) => key));
    await expect(listed(['flux capacitor'], {})).rejects.toThrow('No action is about "flux capacitor"');
  });

  it('are data that tells the resource by its key', async () => {
    const [first] = JSON.parse(await listed(['get_user'], { json: true })) as object[];
    expect(first).toMatchObject({ key: 'get_user', resource: 'user', effect: { kind: 'read' } });
  });
});

describe('secrets in results of bulk', () => {
  it.each([
    ['activate_user', 'activationUrl, activationToken'],
    ['expire_password', 'tempPassword'],
    ['create_app', 'client_secret'],
    ['enroll_factor', 'sharedSecret, href'],
  ])('of %s are told beforehand', (key, names) => {
    expect(secretsLine(actionOf(key))).toContain(`secrets (${names})`);
  });

  it('are not spoken of where there are none', () => {
    expect(secretsLine(actionOf('unlock_user'))).toBeUndefined();
  });
});
