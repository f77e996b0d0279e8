import type { ActionContext, HookFilter } from '../../../define.ts';
import type { Clock } from '../../../http/types.ts';
import type { Admit, HookInbox } from '../hook/hook-inbox.ts';
import { withinOverlap } from '../log/overlap.ts';
import { type PollState, pollPages } from '../log/system-log.ts';
import { isSignal, type LoggedSignal, loggedSignalOf } from './signal-item.ts';
import { admitSignal, forget, newLedger, settle, settleRest } from './signal-ledger.ts';

/** Where the events of the stream and of the log meet. */
interface Meeting {
  inbox: Pick<HookInbox, 'state' | 'update' | 'take'>;
  /** @throws OktaError when another process has taken over. */
  assertHeld(): void;
}

/** Takes a signal unless it was delivered from the other side; takes all if nobody reconciles. */
export const admitSignals =
  (clock: Clock): Admit =>
  (event, { signals }) => {
    if (!signals || !isSignal(event)) return { isTaken: true };
    const { isTaken, ledger } = admitSignal(signals, event, clock.now());
    return { isTaken, change: { signals: ledger } };
  };

/**
 * One look into the log for what the stream did not bring. An event that is not known waits for one more look, because its signed
 * form may be on its way; then it is put into the inbox.
 */
export async function* lookForSignals(
  context: ActionContext,
  { inbox, assertHeld }: Meeting,
  filters: readonly HookFilter[],
): AsyncGenerator<never, void, undefined> {
  const wanted = filters.filter(({ signed, reconciles }) => signed && reconciles);
  const eventTypes = [...new Set(wanted.flatMap(({ loggedTypes = [] }) => loggedTypes))].sort();
  const ledger = () => inbox.state.signals ?? newLedger();
  const isDue = new Set(ledger().waiting.map(({ uuid }) => uuid));
  const startedAt = context.clock.now();
  let found: LoggedSignal[] = [];
  const view = {
    get value(): PollState | undefined {
      return ledger().poll;
    },
    async save(poll: PollState) {
      const some = found;
      found = [];
      await inbox.update(({ signals = newLedger() }) => ({
        signals: settle({ ...signals, poll: withinOverlap(poll, signals.poll) }, some),
      }));
    },
    assertHeld,
  };
  for await (const page of pollPages(context, view, { conditions: { eventTypes } })) {
    for (const event of page) {
      const signal = loggedSignalOf(event, context.clock.now());
      if (signal) found.push(signal);
    }
  }
  await inbox.update(({ signals }) => {
    if (!signals) return undefined;
    const settled = isDue.size > 0 ? settleRest(signals, ({ uuid }) => isDue.has(uuid), startedAt) : signals;
    const kept = forget(settled, context.clock.now());
    return kept === signals ? undefined : { signals: kept };
  });
  const due = ledger().waiting.filter(({ uuid }) => isDue.has(uuid));
  if (due.length > 0) await inbox.take(due, admitSignals(context.clock));
}
