import { createHash, randomUUID } from 'node:crypto';
import { InputError } from '../../errors/errors.ts';
import { isRecord } from '../../schema/record.ts';

interface Held {
  items: AsyncGenerator<unknown, void, undefined>;
  /** Read, but not yet shown. */
  rest: unknown[];
  shown: number;
  /** Items before the cursor, of a list that is read again. */
  toSkip: number;
  stop: AbortController;
  progress: { tell?: (message: string) => void };
  at: number;
}

/** Opens a list; `signal` and `progress` outlive the call that opened it. */
type OpenList = (
  signal: AbortSignal,
  progress: (message: string) => void,
) => AsyncGenerator<unknown, void, undefined>;

export interface ListPage {
  items: unknown[];
  /** Undefined at the end. */
  cursor?: string;
}

/** Lists that are kept open between two pages, and for how long. */
const [MAX_HELD, HELD_MS] = [20, 5 * 60_000];

const digestOf = (what: unknown) =>
  createHash('sha256').update(JSON.stringify(what)).digest('base64url').slice(0, 16);

/**
 * Pages of lists. A list stays open for a while, so that its next page costs no request twice; after that, or in another
 * process, it is read again up to the cursor.
 */
export class HeldLists {
  readonly #held = new Map<string, Held>();

  /**
   * One page.
   * @param what identifies the list: its cursor is good for nothing else.
   * @param fits how many of these items can be shown.
   * @throws InputError for a cursor of another list.
   */
  async page(
    what: unknown,
    cursor: string | undefined,
    size: number,
    open: OpenList,
    { signal, progress }: { signal: AbortSignal; progress?: (message: string) => void },
    fits: (items: unknown[]) => number,
  ): Promise<ListPage> {
    const held = cursor === undefined ? this.#opened(open) : this.#resumed(digestOf(what), cursor, open);
    const abort = () => held.stop.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    held.progress.tell = progress;
    let keep = false;
    try {
      await skip(held);
      // One more than is shown tells whether there are more.
      await fill(held, size + 1);
      const count = fits(held.rest.slice(0, size));
      const items = held.rest.splice(0, count);
      held.shown += items.length;
      keep = held.rest.length > 0;
      return keep ? { items, cursor: this.#keep(digestOf(what), held) } : { items };
    } finally {
      signal.removeEventListener('abort', abort);
      held.progress.tell = undefined;
      if (!keep) close(held);
    }
  }

  /** Ends all. */
  close(): void {
    for (const held of this.#held.values()) close(held);
    this.#held.clear();
  }

  #opened(open: OpenList): Held {
    const stop = new AbortController();
    const progress: Held['progress'] = {};
    const items = open(stop.signal, (message) => progress.tell?.(message));
    return { items, rest: [], shown: 0, toSkip: 0, stop, progress, at: Date.now() };
  }

  #resumed(digest: string, cursor: string, open: OpenList): Held {
    const { d, n, i } = read(cursor);
    if (d !== digest) {
      throw new InputError('The cursor belongs to another call', {
        hint: 'Repeat the call with the same inputs and its next as cursor, or leave the cursor out.',
      });
    }
    const known = this.#held.get(i);
    if (known?.shown === n && Date.now() - known.at < HELD_MS) {
      this.#held.delete(i);
      return known;
    }
    return { ...this.#opened(open), toSkip: n, shown: n };
  }

  #keep(digest: string, held: Held): string {
    const now = Date.now();
    const ids = [...this.#held].filter(([, one]) => now - one.at >= HELD_MS).map(([id]) => id);
    const [oldest] = this.#held.keys();
    if (ids.length === 0 && this.#held.size >= MAX_HELD && oldest !== undefined) ids.push(oldest);
    for (const id of ids) {
      const one = this.#held.get(id);
      if (one) close(one);
      this.#held.delete(id);
    }
    const id = randomUUID();
    this.#held.set(id, Object.assign(held, { at: now }));
    return Buffer.from(JSON.stringify({ d: digest, n: held.shown, i: id })).toString('base64url');
  }
}

/** Reads up to where the cursor is, one item at a time: a cursor is the client's, and may say any number. */
async function skip(held: Held): Promise<void> {
  for (; held.toSkip > 0; held.toSkip -= 1) {
    const { done } = await held.items.next();
    if (done) return;
  }
}

async function fill(held: Held, count: number): Promise<void> {
  while (held.rest.length < count) {
    const { done, value } = await held.items.next();
    if (done) return;
    held.rest.push(value);
  }
}

function close(held: Held): void {
  held.stop.abort();
  // It may stand in a request, which the signal ends.
  void held.items.return().catch(() => {});
}

function read(cursor: string): { d: string; n: number; i: string } {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      isRecord(value) &&
      typeof value.d === 'string' &&
      typeof value.i === 'string' &&
      Number.isSafeInteger(value.n)
    )
      return value as never;
  } catch {}
  throw new InputError('The cursor is not one of this server', {
    hint: 'Pass the next of the last answer unchanged.',
  });
}
