/**
 * Measures how much of the rate-limit budget processes use in real time, and how often they are refused.
 *
 *   node test/simulation/rate-budget.ts [--processes 2] [--minutes 4] [--limit 600] [--alone]
 *
 * The windows of the sandbox are opened by the first request after the last, so the time between them counts as well.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSandbox } from '../../src/sandbox/index.ts';
import { limitGroups, runProcesses } from '../support/budget-processes.ts';

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '4' },
    limit: { type: 'string', default: '600' },
    alone: { type: 'boolean', default: false },
  },
});
const [processes, minutes, limit] = [values.processes, values.minutes, values.limit].map(Number) as [
  number,
  number,
  number,
];

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-budget-'));
const sandbox = await startSandbox();
await limitGroups(sandbox, limit);
const results = await runProcesses(sandbox, processes, {
  budget: values.alone ? undefined : { kind: 'file', url: join(folder, 'budget.json') },
  runMs: minutes * 60_000,
  maxWaitMs: 65_000,
});
const response = await fetch(`${sandbox.orgUrl}/__sandbox__/requests?path=/api/v1/groups`);
const { requests } = (await response.json()) as { requests: { at: string; status: number }[] };
await sandbox.close();
rmSync(folder, { recursive: true, force: true });

const windows: { start: number; count: number }[] = [];
for (const at of requests.map((request) => Date.parse(request.at))) {
  const last = windows.at(-1);
  if (last && at < last.start + 60_000) last.count += 1;
  else windows.push({ start: at, count: 1 });
}
const whole = windows.slice(0, -1);
const took = (windows.at(-1)!.start - windows[0]!.start) / 60_000;
const allowed = Math.floor(limit * 0.8);
const used = whole.reduce((sum, { count }) => sum + count, 0);
console.dir(
  {
    processes: results,
    refused: requests.filter(({ status }) => status === 429).length,
    windows: windows.map(({ count }) => count),
    gapsMs: windows.slice(1).map(({ start }, at) => start - windows[at]!.start - 60_000),
    ofTheory: `${((100 * used) / (allowed * took)).toFixed(2)} %`,
  },
  { depth: 4 },
);
