import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Starts the built command line as a user would, without a terminal.
 * @param stdout a file that is open for writing; a pipe that is read when left out.
 */
export function start(args: string[], env: Record<string, string> = {}, stdout: number | 'pipe' = 'pipe') {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', stdout, 'pipe'],
  }) as ChildProcessWithoutNullStreams;
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  if (stdout === 'pipe') {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      ended.stdout += text;
    });
  }
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    ended.stderr += text;
  });
  const done = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ ...ended, code }));
  });
  return { child, done, output: ended };
}

/** The commands of each block of a guide, in its order, each on one line. */
export const blocksOf = (guide: string): string[][] =>
  [
    ...readFileSync(join(import.meta.dirname, '../../docs', guide), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g),
  ].map(([, block = '']) =>
    block
      .replaceAll(/ *\\\n */g, ' ')
      .trim()
      .split('\n'),
  );

/** A PATH with the built command as `okta-connector`, which is put into the folder. */
export function pathWithCommand(folder: string): string {
  const shim = join(folder, 'okta-connector');
  writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`);
  chmodSync(shim, 0o755);
  return [folder, process.env.PATH].join(delimiter);
}

/** Runs the command line to its end. */
export async function run(args: string[], env: Record<string, string> = {}, stdin = ''): Promise<Ended> {
  const { child, done } = start(args, env);
  child.stdin.on('error', () => {}).end(stdin);
  return done;
}

/** Starts it on a terminal, with all output on stdout. */
export function startOnTerminal(args: string, env: Record<string, string>) {
  const child = spawn('script', ['-qec', `${process.execPath} ${cli} ${args}`, '/dev/null'], {
    env: { PATH: process.env.PATH, ...env },
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  return { child, closed: once(child, 'close') as Promise<[number | null]>, text: () => text };
}

/** Steers a sandbox; the path is below /__sandbox__/. */
export const control =
  (sandbox: () => { orgUrl: string }) =>
  (path: string, body?: unknown, method = 'POST'): Promise<Response> =>
    fetch(`${sandbox().orgUrl}/__sandbox__/${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });

/** The error object on stderr. */
export function errorOf({ stderr }: Ended): {
  code: string;
  message: string;
  hint?: string;
  [member: string]: unknown;
} {
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
}

/** Polls until a condition gives something. */
export async function until<T>(what: () => T | undefined, ms = 10_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = what();
    if (value !== undefined && value !== null) return value;
    if (Date.now() > end) throw new Error(`not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
