import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JWTHeaderParameters } from 'jose';
import type { OrgClock } from '../clock.ts';
import { callReceiver } from '../hooks/send.ts';
import type { Json } from '../json.ts';
import type { ObjectStore } from '../kinds/object-store.ts';
import { signSet } from '../oauth/signing-keys.ts';
import { SeededRandom } from '../random.ts';
import type { Settings } from '../settings.ts';
import type { LogRecord } from '../system-log/event.ts';
import type { LogStore } from '../system-log/log-store.ts';
import { signalOf } from './events.ts';
import { audienceOf, deliveredBy, type Stream, streamPath } from './stream.ts';

const maximumAttempts = 3;
const capacity = 1_000;
const retryMs = 50;

/** The event by which a stream is verified, in the draft of the specification that the org follows. */
export const verificationEvent = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

/** The outcome of a delivery. */
interface Transmission {
  streamId: string;
  jti: unknown;
  events: string[];
  status: 'PENDING' | 'DELIVERED' | 'FAILED' | 'DROPPED';
  /** The result of each attempt: an HTTP status, with the body if there is one, or a connection error. */
  answers: (number | string)[];
}

/** The parts of an org that it needs. */
interface Sender {
  readonly clock: OrgClock;
  readonly log: LogStore;
  readonly objects: ObjectStore;
  readonly settings: Settings;
}

/** What a test changes of a token. */
export interface Altered {
  claims?: Json;
  header?: Partial<JWTHeaderParameters>;
  /** Sent instead of what the stream was created with. */
  authorization?: string;
  /** Sent as it is. */
  token?: string;
}

/**
 * Pushes signed events to the receivers of the enabled streams: each once, and again until it is answered with 202. The settings
 * by which deliveries of hooks are lost, late or come twice count for what it sends of the log, too.
 */
export class SignalTransmitter {
  readonly #org: Sender;
  readonly #pending = new Set<Promise<void>>();
  readonly #stopped = new AbortController();
  #sent: Transmission[] = [];
  #random: { seed: number; of: SeededRandom } | undefined;

  constructor(org: Sender) {
    this.#org = org;
    org.log.onEvent((record) => this.#take(record));
  }

  /** The latest transmissions, and the number of unfinished ones. */
  describe(): { transmissions: readonly Transmission[]; pending: number } {
    return { transmissions: this.#sent, pending: this.#pending.size };
  }

  /** Waits until every transmission has finished. */
  async flush(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Sends the event that verifies a stream; its subject is the stream. */
  verify(stream: Stream, state: unknown): void {
    const event = state === undefined ? {} : { state };
    this.send(stream, { [verificationEvent]: event }, { sub_id: { format: 'opaque', id: stream.id } });
  }

  /** Sends events to a stream. @param altered what of the token differs, for tests */
  send(stream: Stream, events: Json, more: Json = {}, altered: Altered = {}): void {
    const claims = this.#claims(stream, events, more, altered);
    this.#follow(this.#transmit(stream, claims, altered));
  }

  #claims(stream: Stream, events: Json, more: Json = {}, altered: Altered = {}): Json {
    return {
      iss: stream.body.origin,
      jti: `set-${randomUUID().replaceAll('-', '')}`,
      iat: Math.floor(this.#org.clock.now() / 1000),
      aud: audienceOf(stream),
      ...more,
      events,
      ...altered.claims,
    };
  }

  #follow(work: Promise<void>): void {
    const ended = work.catch(() => {}).finally(() => this.#pending.delete(ended));
    this.#pending.add(ended);
  }

  /** The random faults depend on the seed and the number of earlier events. */
  #draw(): SeededRandom {
    const { hookSeed: seed } = this.#org.settings;
    if (this.#random?.seed !== seed) this.#random = { seed, of: new SeededRandom(seed) };
    return this.#random.of;
  }

  /** Sends what is of the log, as reliably as the settings say. */
  #push(stream: Stream, events: Json): void {
    const { hookDropRate, hookDuplicateRate, hookLateMs } = this.#org.settings;
    const random = this.#draw();
    const [dropped, duplicated] = [random.next() < hookDropRate, random.next() < hookDuplicateRate];
    const delays = [random.next(), random.next()].map((share) => share * hookLateMs);
    const claims = this.#claims(stream, events);
    if (dropped) {
      this.#note(stream, claims).status = 'DROPPED';
      return;
    }
    for (const delayMs of duplicated ? delays : delays.slice(0, 1))
      this.#follow(this.#later(stream, claims, delayMs));
  }

  async #later(stream: Stream, claims: Json, delayMs: number): Promise<void> {
    if (delayMs > 0) await sleep(delayMs, undefined, { signal: this.#stopped.signal });
    await this.#transmit(stream, claims, {});
  }

  #take(record: LogRecord): void {
    if (this.#stopped.signal.aborted) return;
    for (const stream of this.#org.objects.of(streamPath) as Iterable<Stream>) {
      const signal = signalOf(record, stream.body.origin);
      // What happens while a stream is disabled is not kept.
      if (signal && stream.body.status === 'enabled' && deliveredBy(stream).includes(signal.uri))
        this.#push(stream, { [signal.uri]: signal.event });
    }
  }

  #note(stream: Stream, claims: Json): Transmission {
    const events = Object.keys((claims.events as Json | undefined) ?? {});
    const done: Transmission = {
      ...{ streamId: stream.id, jti: claims.jti, events },
      ...{ status: 'PENDING', answers: [] },
    };
    this.#sent = [...this.#sent.slice(-capacity), done];
    return done;
  }

  async #transmit(stream: Stream, claims: Json, { header, authorization, token }: Altered): Promise<void> {
    const done = this.#note(stream, claims);
    const body = token ?? (await signSet(claims, header));
    for (let attempt = 0; attempt < maximumAttempts && done.status === 'PENDING'; attempt++) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, retryMs * attempt));
      const known = this.#org.objects.get(streamPath, stream.id) as Stream | undefined;
      if (this.#stopped.signal.aborted || !known) break;
      const answer = await this.#post(known, body, authorization);
      done.answers.push(answer);
      if (answer === 202) done.status = 'DELIVERED';
      // The receiver understood it, and refuses it.
      else if (typeof answer === 'string' && answer.startsWith('400')) break;
    }
    if (done.status === 'PENDING') done.status = 'FAILED';
  }

  async #post({ body: stream }: Stream, body: string, given?: string): Promise<number | string> {
    const value = given ?? stream.authorization;
    const auth = value ? { key: 'Authorization', value } : undefined;
    const headers = { 'Content-Type': 'application/secevent+jwt' };
    const { hookTimeoutMs: timeoutMs } = this.#org.settings;
    const message = { method: 'POST', headers, body, timeoutMs, signal: this.#stopped.signal } as const;
    try {
      const { status, text } = await callReceiver({ uri: stream.endpointUrl, headers: [], auth }, message);
      return text === '' ? status : `${status} ${text}`;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    }
  }
}
