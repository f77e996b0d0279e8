import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isRunning, processStart } from '../../src/state/machine.ts';
import { useFolder } from './support.ts';

const path = useFolder();
const until = async (what: () => boolean) => {
  for (const end = Date.now() + 5_000; !what(); ) {
    if (Date.now() > end) throw new Error('not within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

describe.skipIf(!existsSync('/proc/self/stat'))('F1.9 a process', () => {
  it('runs, and is known by its start', () => {
    expect(isRunning(process.pid)).toBe(true);
    expect(processStart()).toMatch(/^\d+$/);
    expect(isRunning(process.pid, processStart())).toBe(true);
  });

  it('that has the id of an earlier one is another one', () => {
    expect(isRunning(process.pid, '1')).toBe(false);
  });

  it('that has ended, but was not reaped by its parent, does not run', async () => {
    // bash starts a process, and becomes one that reaps nothing.
    const parent = spawn('bash', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [said] = await once(parent.stdout, 'data');
    const pid = Number(String(said));
    expect(isRunning(pid)).toBe(true);
    await until(() => readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z '));
    expect(isRunning(pid)).toBe(false);
  });

  it.each(['a b', 'x) R 1 (y', 'Z (', ') Z '])('may be named "%s"', async (name) => {
    const script = path(name);
    writeFileSync(script, '#!/bin/sh\necho here\nread line\n', { mode: 0o755 });
    const child = spawn(script, { stdio: ['pipe', 'pipe', 'ignore'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    expect(readFileSync(`/proc/${child.pid}/stat`, 'latin1')).toContain(`(${name})`);
    expect(isRunning(child.pid as number)).toBe(true);
    expect(isRunning(child.pid as number, '1')).toBe(false);
  });
});
