import type { TriggerSource } from '../../../define.ts';
import { InputError } from '../../../errors/errors.ts';
import { type Redaction, redactEvent } from '../log/redact-event.ts';
import { isSignal, isSigned, type StoredSignal, signalItemOf, signalItemSample } from './signal-item.ts';
import { loggedTypesOf, SIGNAL_KINDS, type SignalKind } from './signal-kinds.ts';

/** The inputs that this source understands. */
export interface SignalInput {
  kinds: readonly SignalKind[];
  /** Id of the only user. */
  userId?: string;
  /** Also look into the System Log for what the stream did not bring. */
  reconcile?: boolean;
  /** What the events of the log must not have. */
  redact?: Redaction;
}

/** Signed events of Okta's, pushed by a stream. Okta keeps none of them: there is nothing to poll. */
export function signalSource<I extends SignalInput>(): TriggerSource<I> {
  return {
    // biome-ignore lint/correctness/useYield: there is nothing to read
    async *run() {
      throw new InputError('Signed events are pushed, not polled', {
        hint: 'Receive them: okta-connector listen signal_received.',
      });
    },
    sample: async () => [signalItemSample],
    hook({ kinds, userId, reconcile = false, redact }) {
      const types = kinds.map((kind) => SIGNAL_KINDS[kind]);
      return {
        signed: true,
        eventTypes: types,
        reconciles: reconcile,
        loggedTypes: loggedTypesOf(kinds),
        matches: (event) =>
          isSignal(event) &&
          (reconcile || isSigned(event)) &&
          types.some((type) => type === event.eventType) &&
          (userId === undefined || signalItemOf(event).userId === userId),
        item: async (_, event) => {
          const signal = event as StoredSignal;
          const item = signalItemOf(signal);
          return isSigned(signal) ? item : { ...item, event: { ...redactEvent(signal.logged, redact) } };
        },
      };
    },
  };
}
