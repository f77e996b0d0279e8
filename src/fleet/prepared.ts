import { parseInput } from '../actions/run.ts';
import { parseConnection } from '../auth/connection.ts';
import { credentialMark } from '../auth/credential-mark.ts';
import { connector, triggerOf } from '../connector.ts';
import type { ActionContext, TriggerDefinition } from '../define.ts';
import type { RequestLogEntry } from '../http/request-log.ts';
import { Kept } from '../session/kept.ts';
import { openSession, type Session } from '../session/session.ts';
import type { StateStore } from '../state/store.ts';
import { lookUpOnce } from '../triggers/named-inputs.ts';
import { filterOf } from '../triggers/sources/hook/event-hook.ts';
import type { DeclaredConnection, DeclaredSink, DeclaredTrigger } from './file-schema.ts';
import type { Hooked, InstantTrigger } from './instant.ts';
import type { FleetLog } from './log.ts';
import { partsOfId } from './names.ts';
import type { PollObserver } from './observer.ts';
import type { FleetRedis } from './redis.ts';
import { connectionWithSecret } from './secret-value.ts';
import { SinkGate } from './sinks/gate.ts';
import { openSink } from './sinks/open.ts';
import type { Tracing } from './tracing.ts';

const PROGRAM = `okta-connector/${connector.identity.version} fleet`;

/** A trigger as a worker keeps it between two runs. */
export interface PreparedTrigger {
  rev: string;
  trigger: TriggerDefinition;
  connection: string;
  /** The connection as it was declared for the session. */
  declared: string;
  context: ActionContext;
  /** Its input, with ids in place of names. */
  named: () => Promise<Record<string, unknown>>;
  gate: SinkGate;
  session: Session;
  /** Undefined unless it is declared as instant. */
  instant: InstantTrigger | undefined;
}

/** What the script returned of a trigger that the worker does not know. */
export interface Declared {
  rev: string;
  connectionName: string;
  connection: string;
  trigger: string;
  sinkName: string;
  sink: string;
  /** What is known of its hook, as JSON; empty if it has none. */
  hooked: string;
  origin: string;
}

export interface PreparerOptions {
  redis: FleetRedis;
  log: FleetLog;
  /** Triggers that are kept prepared; the longest unused one is dropped. */
  most: number;
  /** Runs that may deliver to one sink at the same time. */
  mostPerSink: number;
  /** Milliseconds for which an idle socket is kept. */
  keepSocketsMs: number | undefined;
  /** Where the rate-limit budget of an org is shared. */
  budget: StateStore;
  /** Told of each request. */
  requested: PollObserver['requested'];
  tracing: Tracing | undefined;
}

interface KeptSession {
  /** What was declared. */
  text: string;
  session: Session;
}

/** Prepares triggers when they are first due, and keeps what the next run needs. */
export function preparer(options: PreparerOptions) {
  const { redis, log, most, mostPerSink, keepSocketsMs, budget, requested, tracing } = options;
  const triggers = new Kept<PreparedTrigger>(most);
  const sessions = new Kept<KeptSession>(most, ({ session }) => session.close());
  const sinks = new Map<string, { text: string; gate: SinkGate }>();

  async function sessionOf(name: string, text: string): Promise<KeptSession> {
    const known = sessions.get(name);
    if (known?.text === text) return known;
    const connection = await connectionWithSecret(JSON.parse(text) as DeclaredConnection);
    const { orgUrl } = connection;
    const requestLog = requested && ((entry: RequestLogEntry) => requested(entry, orgUrl));
    const notice = (message: string) => log({ level: 'warn', message, connection: name });
    const session = openSession(
      connection,
      // What takes longer is the queue's to wait for: here it would hold a place of the worker.
      {
        ...{ maxRetries: 1, maxWaitMs: 2_000, attemptTimeoutMs: 15_000, deadlineMs: 30_000 },
        ...{ notice, progress: () => {}, budget, ...(requestLog ? { requestLog } : {}) },
      },
      PROGRAM,
      { idleMs: keepSocketsMs, unasked: UNASKED },
    );
    const kept = { text, session };
    sessions.set(name, kept);
    return kept;
  }

  async function gateOf(name: string, text: string): Promise<SinkGate> {
    const known = sinks.get(name);
    if (known?.text === text) return known.gate;
    const declared = JSON.parse(text) as DeclaredSink;
    const sending = tracing?.sending(name, declared.type);
    const gate = new SinkGate({ ...(await openSink(redis, declared)), sending }, mostPerSink);
    // Another trigger may have opened it meanwhile.
    const meanwhile = sinks.get(name);
    if (meanwhile?.text === text) {
      await gate.sink.close();
      return meanwhile.gate;
    }
    sinks.set(name, { text, gate });
    await meanwhile?.gate.sink.close();
    return gate;
  }

  return {
    known: (id: string) => triggers.get(id),

    sessionOf,

    /** @throws InputError for a secret that cannot be read, and for a trigger of a newer version. */
    async prepare(id: string, { rev, connectionName, connection, hooked, origin, ...declared }: Declared) {
      const { trigger: key, input: given, instant } = JSON.parse(declared.trigger) as DeclaredTrigger;
      const trigger = triggerOf(key);
      const input = parseInput(trigger, given) as Record<string, unknown>;
      const { session, text } = await sessionOf(connectionName, connection);
      const context = session.reading(trigger.scopes);
      const named = lookUpOnce(trigger, input, context);
      const prepared: PreparedTrigger = {
        ...{ rev, trigger, connection: connectionName, declared: text, context, session, named },
        instant: instant
          ? {
              ...{ origin, hooked: hooked === '' ? undefined : (JSON.parse(hooked) as Hooked) },
              filter: async () => filterOf(trigger, await named()),
            }
          : undefined,
        gate: await gateOf(declared.sinkName, declared.sink),
      };
      triggers.set(id, prepared);
      return prepared;
    },

    /**
     * Forgets a trigger and its session, so that the secret is read again.
     * @returns whether the secret is another one than the session had.
     */
    async renew(id: string, { session, declared }: PreparedTrigger): Promise<boolean> {
      const [name] = partsOfId(id);
      triggers.drop(id);
      // Another trigger of the connection may have renewed it already.
      if (sessions.get(name)?.session === session) sessions.drop(name);
      try {
        const connection = await connectionWithSecret(JSON.parse(declared) as DeclaredConnection);
        return credentialMark(parseConnection(connection)) !== session.credential;
      } catch {
        return false;
      }
    },

    drop(id: string): void {
      triggers.drop(id);
    },

    size: () => triggers.size,

    async close(): Promise<void> {
      triggers.clear();
      sessions.clear();
      await Promise.all([...sinks.values()].map(({ gate }) => gate.sink.close()));
    },
  };
}

/** Requests of one rate-limit window for which no place is asked in Redis: what a quiet org needs. */
const UNASKED = 10;

export type Preparer = ReturnType<typeof preparer>;
