import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const script = fileURLToPath(new URL('./process.ts', import.meta.url));

/** A folder for a file of tests. @returns makes paths in it. */
export function useFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'okta-connector-state-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}

export const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** A process that did what it said, and was then killed without a chance to tidy up. */
export async function killed(what: 'hold' | 'lock', file: string): Promise<void> {
  const child = start(what, file);
  const exit = once(child, 'exit');
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), exit]);
  if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}`);
  child.kill('SIGKILL');
  await exit;
}
