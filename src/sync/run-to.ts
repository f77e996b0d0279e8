import type { ActionContext } from '../define.ts';
import { InputError } from '../errors/errors.ts';
import { counted } from '../errors/sentences.ts';
import type { Change } from './change.ts';
import { sync } from './run.ts';
import { memoryStore } from './store/memory.ts';
import { openStore } from './store/open.ts';
import type { SyncOptions, SyncReport } from './sync.ts';
import { openTarget } from './targets/open.ts';

/** Where changes go: a folder or a URL, and the token or secret of it. */
interface Place {
  kind: 'csv' | 'scim' | 'webhook';
  place: string;
  secret?: string;
}

/** Changes that fit into one answer. */
export const ANSWER = { most: 5_000 };

type Options = Pick<SyncOptions, 'mapping' | 'dryRun' | 'full' | 'maxLeavers' | 'confirmHeld'>;

/**
 * One run, to a target or back to the caller.
 * @param state a file or `postgres://…`; without one, everything is new.
 * @throws InputError when there are more changes than fit into an answer: then nothing was told.
 */
export async function runTo(
  context: ActionContext,
  { full, ...options }: Options,
  { state, to }: { state?: string; to?: Place },
): Promise<SyncReport & { told: Change[] }> {
  const told: Change[] = [];
  const target = to && (await opened(to, options.mapping?.match));
  const store = state === undefined ? memoryStore() : await openStore(state);
  try {
    // Without a state, ids need only differ from those of other runs.
    if (state === undefined) await store.set('name', context.clock.now().toString(36));
    const run = (more: Pick<SyncOptions, 'dryRun' | 'full'> = {}) =>
      sync(context, {
        ...{ ...options, state: store, ...more },
        target: target ?? (async (changes) => void told.push(...changes)),
      });
    if (target || options.dryRun || state === undefined) {
      const report = await run({ full });
      assertFits(told.length);
      return { ...report, told };
    }
    // What a state was told is told once: first see whether it fits.
    const { changes, mode, requests } = await run({ full, dryRun: true });
    assertFits(Object.values(changes).reduce((all, count) => all + count, 0));
    const report = await run();
    return { ...report, mode, requests: requests + report.requests, told };
  } finally {
    await store.close();
    await target?.close?.();
  }
}

const opened = ({ kind, place, secret }: Place, match: string[] | undefined) =>
  openTarget(kind, place, {
    env: { OKTA_CONNECTOR_SCIM_TARGET_TOKEN: secret, OKTA_CONNECTOR_WEBHOOK_SECRET: secret },
    match,
  });

function assertFits(changes: number): void {
  if (changes <= ANSWER.most) return;
  throw new InputError(
    `${counted(changes, 'change')} are more than an answer holds (${ANSWER.most}); nothing was told`,
    {
      hint: 'Give a target ("okta-connector sync").',
    },
  );
}
