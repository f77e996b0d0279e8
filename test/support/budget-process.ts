/**
 * A process that lists groups as fast as it may, for the tests of the shared budget. argv: options as JSON. It ends when the
 * time is up or the budget is (with `maxWaitMs`), and prints what became of its requests.
 */
import { connect } from '../../src/connect.ts';
import { OktaError } from '../../src/errors/errors.ts';
import { fileStateStore } from '../../src/state/file.ts';
import type { StateStore } from '../../src/state/store.ts';
import type { Kind } from '../state-servers/stores.ts';

export interface BudgetProcessOptions {
  orgUrl: string;
  token: string;
  /** Where the budget is shared; each for itself without. */
  budget?: { kind: 'file' | Kind; url: string };
  runMs: number;
  maxWaitMs: number;
}

export interface BudgetProcessResult {
  answered: number;
  refused: number;
  /** Calls of the store. */
  asked: number;
  notices: string[];
}

const options = JSON.parse(process.argv[2] ?? '') as BudgetProcessOptions;
const result: BudgetProcessResult = { answered: 0, refused: 0, asked: 0, notices: [] };

const opened = await open(options.budget);
const client = connect(
  { orgUrl: options.orgUrl, auth: { type: 'api_token', token: options.token } },
  {
    budget: opened && counted(opened.store),
    maxWaitMs: options.maxWaitMs,
    maxRetries: 0,
    notice: (message) => result.notices.push(message),
    requestLog: ({ status }) => {
      if (status === 429) result.refused += 1;
      else result.answered += 1;
    },
  },
);
const until = Date.now() + options.runMs;
const input = { method: 'GET' as const, path: '/api/v1/groups', query: { limit: 1 } };
await Promise.all(
  Array.from({ length: 10 }, async () => {
    while (Date.now() < until) {
      const error = await client.run('call_api', input).then(
        () => undefined,
        (thrown) => thrown,
      );
      if (error instanceof OktaError && error.code === 'rate_limited') return;
      if (error) throw error;
    }
  }),
);
client.close();
await opened?.close();
console.log(JSON.stringify(result));

async function open(
  budget: BudgetProcessOptions['budget'],
): Promise<{ store: StateStore; close(): Promise<void> } | undefined> {
  if (budget === undefined) return undefined;
  if (budget.kind === 'file') return { store: fileStateStore(budget.url), close: async () => {} };
  const { openStore } = await import('../state-servers/stores.ts');
  return openStore(budget.kind, budget.url);
}

function counted(store: StateStore): StateStore {
  return {
    get(key) {
      result.asked += 1;
      return store.get(key);
    },
    compareAndSet(...change) {
      result.asked += 1;
      return store.compareAndSet(...change);
    },
  };
}
