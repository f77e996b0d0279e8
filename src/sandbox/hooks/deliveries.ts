import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { iso, type OrgClock } from '../clock.ts';
import { SeededRandom } from '../random.ts';
import type { Settings } from '../settings.ts';
import { type LogRecord, renderEvent } from '../system-log/event.ts';
import type { LogStore } from '../system-log/log-store.ts';
import { hookParty } from '../system-log/parties.ts';
import { type HookStore, listens, type StoredHook } from './hook-store.ts';
import { callReceiver } from './send.ts';

const capacity = 10_000;
const concurrency = 32;
const maximumAttempts = 2;

/** The outcome of a delivery. A duplicated one is listed twice, with the same `eventId`. */
interface Delivery {
  hookId: string;
  /** The id of the envelope. */
  eventId: string;
  /** The uuids of its events, in the order they were sent. */
  events: string[];
  /** FAILED: given up; DROPPED: never sent; CANCELLED: the hook no longer receives events. */
  status: 'PENDING' | 'DELIVERED' | 'FAILED' | 'DROPPED' | 'CANCELLED';
  attempts: number;
  /** The result of each attempt: an HTTP status or a connection error. */
  answers: (number | string)[];
}

/** The parts of an org that deliveries need. */
interface Sender {
  readonly clock: OrgClock;
  readonly log: LogStore;
  readonly hooks: HookStore;
  readonly settings: Settings;
}

interface Batch {
  hookId: string;
  records: LogRecord[];
  timer: NodeJS.Timeout;
  random: SeededRandom;
}

/**
 * Delivers log events to the active, verified hooks: in batches, concurrently and so in no fixed order, each with at most
 * one retry. After that the events are lost for the hook.
 */
export class HookDeliveries {
  readonly #org: Sender;
  readonly #queue = new PQueue({ concurrency });
  readonly #open = new Map<string, Batch>();
  readonly #pending = new Set<Promise<void>>();
  /** Events per hook so far; a hook's position in this map is part of its random seed. */
  readonly #counts = new Map<string, number>();
  readonly #stopped = new AbortController();
  #deliveries: Delivery[] = [];

  constructor(org: Sender) {
    this.#org = org;
    org.log.onEvent((record) => this.#take(record));
  }

  /** Aborted when the org stops. */
  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  /** The latest deliveries, and the number of unfinished ones. */
  describe(): { deliveries: readonly Delivery[]; pending: number } {
    return { deliveries: this.#deliveries, pending: this.#open.size + this.#pending.size };
  }

  /** Sends the collected events and waits until every delivery has finished. */
  async flush(): Promise<void> {
    while (this.#open.size + this.#pending.size > 0) {
      for (const batch of [...this.#open.values()]) this.#close(batch);
      await Promise.all(this.#pending);
    }
  }

  stop(): void {
    this.#stopped.abort();
    for (const { timer } of this.#open.values()) clearTimeout(timer);
    this.#open.clear();
  }

  #take(record: LogRecord): void {
    if (this.signal.aborted) return;
    for (const hook of this.#org.hooks.listening)
      if (hook.items.includes(record.eventType)) this.#add(hook, record);
  }

  #add({ id }: StoredHook, record: LogRecord): void {
    const batch = this.#open.get(id) ?? this.#begin(id);
    batch.records.push(record);
    this.#counts.set(id, (this.#counts.get(id) as number) + 1);
    if (batch.records.length >= this.#org.settings.hookBatchSize) this.#close(batch);
  }

  /** The random faults of a batch depend only on the seed, the hook and the number of earlier events. */
  #begin(hookId: string): Batch {
    const { hookBatchDelayMs, hookSeed } = this.#org.settings;
    if (!this.#counts.has(hookId)) this.#counts.set(hookId, 0);
    const hook = [...this.#counts.keys()].indexOf(hookId);
    const seed = mix(mix(mix(hookSeed) + hook) + (this.#counts.get(hookId) as number));
    const timer = setTimeout(() => this.#close(batch), hookBatchDelayMs).unref();
    const batch: Batch = { hookId, records: [], timer, random: new SeededRandom(seed) };
    this.#open.set(hookId, batch);
    return batch;
  }

  #close(batch: Batch): void {
    clearTimeout(batch.timer);
    this.#open.delete(batch.hookId);
    const ended = this.#deliver(batch).finally(() => this.#pending.delete(ended));
    this.#pending.add(ended);
  }

  async #deliver({ hookId, records, random }: Batch): Promise<void> {
    const { settings, clock } = this.#org;
    const [dropped, duplicated] = [
      random.next() < settings.hookDropRate,
      random.next() < settings.hookDuplicateRate,
    ];
    const delays = [random.next(), random.next()].map((share) => share * delayOf(settings));
    const sorted = settings.hookShuffle ? shuffled(records, random) : records;
    const eventId = randomUUID();
    const events = sorted.map(({ uuid }) => uuid);
    const begin = (): Delivery => {
      const delivery: Delivery = { hookId, eventId, events, status: 'PENDING', attempts: 0, answers: [] };
      if (this.#deliveries.length >= capacity) this.#deliveries = this.#deliveries.slice(capacity / 10);
      this.#deliveries.push(delivery);
      return delivery;
    };
    if (dropped) {
      begin().status = 'DROPPED';
      return;
    }
    const origin = this.#org.hooks.get(hookId)?.origin;
    const body = JSON.stringify({
      eventType: 'com.okta.event_hook',
      eventTypeVersion: '1.0',
      cloudEventsVersion: '0.1',
      source: `${origin}/api/v1/eventHooks/${hookId}`,
      eventId,
      data: { events: sorted.map(renderEvent) },
      eventTime: iso(clock.now()),
      contentType: 'application/json',
    });
    const copies = duplicated ? delays : delays.slice(0, 1);
    await Promise.all(copies.map((delayMs) => this.#send(begin(), body, delayMs)));
  }

  async #send(delivery: Delivery, body: string, delayMs: number): Promise<void> {
    try {
      if (delayMs > 0) await sleep(delayMs, undefined, { signal: this.signal });
      await this.#queue.add(() => this.#attempt(delivery, body));
    } catch {
      delivery.status = 'CANCELLED';
    }
  }

  async #attempt(delivery: Delivery, body: string): Promise<void> {
    const { hooks, settings } = this.#org;
    let last: StoredHook | undefined;
    while (delivery.attempts < maximumAttempts) {
      const hook = hooks.get(delivery.hookId);
      if (this.signal.aborted || !hook || !listens(hook)) {
        delivery.status = 'CANCELLED';
        return;
      }
      last = hook;
      delivery.attempts += 1;
      const answer = await this.#post(hook, body, settings.hookTimeoutMs);
      delivery.answers.push(answer);
      if (answer === 200 || answer === 204) {
        delivery.status = 'DELIVERED';
        return;
      }
      if (typeof answer === 'number' && answer < 500) break;
    }
    delivery.status = this.signal.aborted ? 'CANCELLED' : 'FAILED';
    if (last && delivery.status === 'FAILED') this.#reportFailure(last, delivery);
  }

  async #post(hook: StoredHook, body: string, timeoutMs: number): Promise<number | string> {
    try {
      return (await callReceiver(hook, { method: 'POST', body, timeoutMs, signal: this.signal })).status;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    }
  }

  #reportFailure(hook: StoredHook, { eventId, answers }: Delivery): void {
    const answer = answers.at(-1);
    const reason = typeof answer === 'number' ? `The endpoint answered ${answer}` : `No answer: ${answer}`;
    this.#org.log.append({
      eventType: 'event_hook.delivery',
      fields: {
        outcome: { result: 'FAILURE', reason },
        target: [hookParty(hook)],
        debugContext: { debugData: { eventHookId: hook.id, eventId } },
      },
    });
  }
}

/** Shuffled deliveries need some delay to overtake each other. */
function delayOf({ hookLateMs, hookShuffle, hookBatchDelayMs }: Settings): number {
  return hookLateMs + (hookShuffle ? 3 * hookBatchDelayMs : 0);
}

function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}

/** Mixes all 32 bits, so that adjacent seeds give unrelated sequences. */
function mix(number: number): number {
  let t = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  t = Math.imul(t ^ (t >>> 13), 0xc2b2ae35);
  return (t ^ (t >>> 16)) >>> 0;
}
