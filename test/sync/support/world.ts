import { connect } from '../../../src/connect.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import type { Change } from '../../../src/sync/change.ts';
import { memoryStore } from '../../../src/sync/store/memory.ts';
import type { Store } from '../../../src/sync/store/store.ts';
import type { SyncOptions, SyncReport } from '../../../src/sync/sync.ts';
import { orgAt } from '../../support/arrange.ts';
import { Mirror } from './mirror.ts';

type Tick = Partial<SyncOptions>;

/** A sandbox, a snapshot of it and the mirror that is kept by it. */
export async function openWorld(options: Parameters<typeof startSandbox>[0] = {}) {
  const sandbox = await startSandbox(options);
  const connection = {
    orgUrl: sandbox.orgUrl,
    auth: { type: 'api_token' as const, token: sandbox.apiToken },
  };
  const org = orgAt(connection);
  const world = worldOf(sandbox, connection);
  return Object.assign(world, {
    ...{ sandbox, org },
    async close() {
      org.close();
      await sandbox.close();
    },
  });
}

/** The same for a connection of one's own. */
export function worldOf(sandbox: Sandbox, connection: Parameters<typeof connect>[0]) {
  const requests: string[] = [];
  const notices: string[] = [];
  const client = connect(connection, {
    requestLog: ({ method, pathTemplate }) => requests.push(`${method} ${pathTemplate}`),
    notice: (text) => notices.push(text),
  });
  const mirror = new Mirror();
  let state: Store = memoryStore();
  const all: Change[] = [];
  let report: SyncReport | undefined;
  return {
    ...{ mirror, requests, notices, all, client },
    /** Of the last run. */
    get report() {
      return report;
    },
    get state() {
      return state;
    },
    /** Another process, with what the last one saved. */
    restart() {
      state = memoryStore(JSON.parse(JSON.stringify(state)));
      mirror.nextProcess();
    },
    /** One run; its changes are applied to the mirror. */
    async tick(options: Tick = {}): Promise<Change[]> {
      requests.length = 0;
      notices.length = 0;
      const changes: Change[] = [];
      const target = async (batch: readonly Change[]) => {
        for (const one of batch) if (mirror.apply(one)) changes.push(one);
      };
      report = await client.sync({ state, target, ...options });
      all.push(...changes);
      return changes;
    },
    /** What the sandbox has. */
    truth: (): Promise<Truth> => truthOf(sandbox),
  };
}

interface Truth {
  users: { id: string; status: string; profile: Record<string, unknown> }[];
  groups: { id: string; type: string; profile: { name: string } }[];
  memberships: Record<string, string[]>;
}

async function truthOf({ orgUrl }: Sandbox): Promise<Truth> {
  return (await fetch(`${orgUrl}/__sandbox__/truth`)).json() as Promise<Truth>;
}

export const kindsOf = (changes: readonly Change[]): string[] => changes.map(({ kind }) => kind);
