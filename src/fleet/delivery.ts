import type { OpenSink, SinkMessage } from './sinks/sink.ts';
import type { Sending } from './tracing.ts';

/** The items of one run on their way to a sink. */
export interface RunDelivery {
  /** Items that the sink has, and whose position is not saved yet. */
  readonly delivered: number;
  /** Items that were set aside, and whose position is not saved yet. */
  readonly aside: number;
  /** Items that go to a stream together with the position. */
  readonly waiting: readonly SinkMessage[];
  readonly stream: OpenSink['stream'];
  readonly sending: Sending;
  /** All items of the run that the sink has. */
  readonly total: number;
  /** Takes an item; delivers when there are as many as the sink takes at once. @throws what the sink throws. */
  add(message: SinkMessage): Promise<void>;
  /** The item that the sink refused is safe elsewhere. */
  setAside(): void;
  /** Delivers what was taken, unless it goes to a stream. @throws what the sink throws, now and from then on. */
  flush(): Promise<void>;
  /** The position is saved. */
  saved(): void;
}

/** @param signal aborts what is under way, when the run has to end. */
export function deliveryTo(sink: OpenSink): RunDelivery {
  let waiting: SinkMessage[] = [];
  let delivered = 0;
  let aside = 0;
  let total = 0;
  let problem: unknown;
  const sending = sink.sending ?? ((_, give) => give());
  const flush = async () => {
    // Of several that were read, it is not known which the sink has: the position must stay before them.
    if (problem !== undefined) throw problem;
    if (sink.stream || waiting.length === 0) return;
    try {
      await sending(waiting.length, () => sink.deliver(waiting));
    } catch (error) {
      if (waiting.length > 1) problem = error;
      waiting = [];
      throw error;
    }
    delivered += waiting.length;
    total += waiting.length;
    waiting = [];
  };
  return {
    get delivered() {
      return delivered;
    },
    get aside() {
      return aside;
    },
    get waiting() {
      return waiting;
    },
    get total() {
      return total;
    },
    stream: sink.stream,
    sending,
    async add(message) {
      waiting.push(message);
      if (waiting.length >= sink.atOnce) await flush();
    },
    setAside() {
      aside += 1;
    },
    flush,
    saved() {
      if (sink.stream) {
        total += waiting.length;
        waiting = [];
      }
      delivered = 0;
      aside = 0;
    },
  };
}
