import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { BudgetProcessOptions, BudgetProcessResult } from './budget-process.ts';

const script = fileURLToPath(new URL('./budget-process.ts', import.meta.url));

/** Sets how many requests a minute the sandbox takes for groups. */
export async function limitGroups(sandbox: Sandbox, limit: number): Promise<void> {
  const answer = await fetch(`${sandbox.orgUrl}/__sandbox__/limits`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ '/api/v1/groups': limit }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Runs processes at the same time, to their end. */
export function runProcesses(
  sandbox: Sandbox,
  count: number,
  options: Omit<BudgetProcessOptions, 'orgUrl' | 'token'>,
): Promise<BudgetProcessResult[]> {
  const all: BudgetProcessOptions = { orgUrl: sandbox.orgUrl, token: sandbox.apiToken, ...options };
  const args = ['--disable-warning=ExperimentalWarning', script, JSON.stringify(all)];
  return Promise.all(
    Array.from({ length: count }, async () => {
      const { stdout } = await promisify(execFile)(process.execPath, args);
      return JSON.parse(stdout) as BudgetProcessResult;
    }),
  );
}
