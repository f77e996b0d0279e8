import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { useFolder } from '../state/support.ts';
import { limitGroups, runProcesses } from '../support/budget-processes.ts';

const path = useFolder();
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);

describe('processes with one budget file', () => {
  it('together use the share of a window and no more', async () => {
    await limitGroups(sandbox, 300);
    const budget = { kind: 'file', url: path('budget.json') } as const;
    const results = await runProcesses(sandbox, 2, { budget, runMs: 20_000, maxWaitMs: 1 });
    expect(sum(results.map(({ refused }) => refused))).toBe(0);
    expect(sum(results.map(({ answered }) => answered))).toBe(240);
    expect(results.flatMap(({ notices }) => notices)).toEqual([]);
    for (const { asked } of results) expect(asked).toBeLessThan(120);
  });

  it('a process that comes later finds the window used up, and sends nothing', async () => {
    const budget = { kind: 'file', url: path('budget.json') } as const;
    const results = await runProcesses(sandbox, 1, { budget, runMs: 5_000, maxWaitMs: 1 });
    expect(results).toMatchObject([{ answered: 0, refused: 0 }]);
  });
});
