import { describe, expect, it } from 'vitest';
import { isInShare } from '../support/share.ts';
import { library } from './current.ts';
import { dataOf, runCommand } from './org.ts';

interface Help {
  name: string;
  usage: string;
  choices?: { name: string; choices: string[] }[];
  options: { flags: string; choices?: string[]; default?: string }[];
}

interface Run {
  args: string[];
  env?: Record<string, string>;
  exit: number;
}

describe.concurrent('the command line of 0.1.0', () => {
  const old = dataOf('command-line.json');

  it.each<Help>(old.help.filter(({ name }: Help) => isInShare(name, 3)))(
    'has the arguments and flags of $name',
    async ({ name, usage, options, choices = [] }) => {
      const { stdout } = await runCommand([name, '--help'], { COLUMNS: '400' });
      const argumentsOf = (text: string) => text.match(/<[^>]+>/g)?.length ?? 0;
      expect(argumentsOf(/^Usage: .*$/m.exec(stdout)?.[0] ?? '')).toBe(argumentsOf(usage));
      const lines = stdout.split('\n').map((line) => line.trim());
      for (const { flags, choices: values = [], default: initial } of options) {
        const line = lines.find((one) => one === flags || one.startsWith(`${flags} `)) ?? `no ${flags}`;
        // A flag that took a value takes one, and one that took none takes none.
        expect(line.slice(0, flags.length)).toBe(flags);
        for (const value of values) expect(line).toContain(JSON.stringify(value));
        if (initial !== undefined) expect(line).toContain(`default: ${initial}`);
      }
      for (const one of choices) {
        const line = lines.find((text) => text.startsWith(`${one.name} `)) ?? '';
        for (const value of one.choices) expect(line).toContain(JSON.stringify(value));
      }
    },
  );

  it('has the commands and global flags', async () => {
    const { stdout } = await runCommand(['--help']);
    for (const name of old.commands) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    for (const flags of old.global) expect(stdout).toContain(`  ${flags} `);
  });

  it.each<Run>(old.calls.filter(({ args }: Run) => isInShare(args.join(' '), 3)))(
    'ends $args with $exit',
    async ({ args, env = {}, exit }) => {
      expect((await runCommand(args, env)).code).toBe(exit);
    },
  );

  it('reads the variables that it read', () => {
    for (const { env, connection } of old.environment)
      expect(JSON.parse(JSON.stringify(library.connectionFromEnvironment(env)))).toEqual(connection);
  });
});
