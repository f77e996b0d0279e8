import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-completion-'));
const program = join(folder, 'okta-connector');
writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
chmodSync(program, 0o755);
const profiles = join(folder, 'okta-connector-config', 'okta-connector', 'profiles');
mkdirSync(profiles, { recursive: true });
writeFileSync(join(profiles, 'production.json'), '{}');
writeFileSync(join(folder, 'leavers.csv'), '');
const env = {
  PATH: `${folder}:${process.env.PATH}`,
  XDG_CONFIG_HOME: join(folder, 'okta-connector-config'),
  HOME: folder,
};

const isThere = (shell: string) => {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const sh = (shell: string, args: string[], cwd = folder) =>
  execFileSync(shell, args, { env, cwd, encoding: 'utf8', timeout: 30_000 });

/** Words before the cursor, and what the shell puts there after TAB. */
const CASES: [string, string][] = [
  ['okta-connector compl', 'completion'],
  ['okta-connector run suspend_u', 'suspend_user'],
  ['okta-connector run get_user ', 'userId='],
  ['okta-connector run delete_user userId=a mode=deactivate_a', 'mode=deactivate_and_delete'],
  ['okta-connector check --profile ', 'production'],
  ['okta-connector bulk get_user --max-e', '--max-errors'],
];

it.skipIf(!isThere('bash'))('G.9 completion works in bash', () => {
  for (const [line, wanted] of CASES) {
    const script = `source <(okta-connector completion bash)
COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
COMP_LINE=$1 COMP_POINT=\${#1}
_okta_connector
printf '%s\\n' "\${COMPREPLY[@]}"`;
    // Of a word with "=", bash replaces the part after it.
    const part = line.split(' ').at(-1)?.includes('=') ? wanted.replace(/^.*=/, '') : wanted;
    expect(sh('bash', ['--norc', '-c', script, 'bash', line]).trim(), line).toBe(part);
  }
  // Readline itself: what is typed, TAB, and the finished line is run.
  const typed = sh('bash', [
    '--norc',
    '-c',
    `source <(okta-connector completion bash); complete -p okta-connector`,
  ]);
  expect(typed).toContain('-o default');
});

it.skipIf(!isThere('fish'))('G.9 completion works in fish', () => {
  for (const [line, wanted] of CASES) {
    const script = 'okta-connector completion fish | source; complete -C $argv[1]';
    expect(sh('fish', ['--no-config', '-c', script, line]).trim().split('\n'), line).toContain(wanted);
  }
  const script = 'okta-connector completion fish | source; complete -C $argv[1]';
  expect(sh('fish', ['--no-config', '-c', script, 'okta-connector bulk get_user --input lea'])).toContain(
    'leavers.csv',
  );
});

it.skipIf(!isThere('zsh'))('G.9 completion works in zsh', { timeout: 60_000 }, () => {
  for (const [line, wanted] of CASES) {
    // The line as it stands after TAB is written by a widget.
    const script = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'autoload -U compinit; compinit -u -D; source <(okta-connector completion zsh); show() { print -r -- "$BUFFER" > new; mv new line }; zle -N show; bindkey "^T" show; print ready > ready'
for n in {1..100}; do [[ -e ready ]] && break; sleep 0.1; done
sleep 0.3
zpty -n -w z "$1"$'\\t'
for n in {1..100}; do sleep 0.1; zpty -n -w z $'\\x14'; zpty -r -t z out; [[ -e line && "$(<line)" != "$1" ]] && break; done
cat line; zpty -d z`;
    const cwd = mkdtempSync(join(folder, 'zsh-'));
    expect(sh('zsh', ['-f', '-c', script, 'zsh', line], cwd).trim(), line).toBe(
      `${line.replace(/\S*$/, '')}${wanted}`.trim(),
    );
  }
});
