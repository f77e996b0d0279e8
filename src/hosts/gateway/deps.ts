import type { Client } from '../../client.ts';
import type { Clock } from '../../http/types.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { OpenDatabase } from '../../state/sqlite.ts';
import type { KeptAnswers } from './idempotency.ts';
import type { GatewayKey, GatewayKeys } from './keys.ts';
import type { GatewayLogEntry } from './log.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { Subscriber } from './subscription-store.ts';

/** What the routes of the gateway share. */
export interface GatewayDeps {
  client: Client;
  manifest: Manifest;
  /** The SQLite file of `--state`. */
  state: OpenDatabase;
  keys: GatewayKeys;
  answers: KeptAnswers;
  metrics: GatewayMetrics;
  /** Receives one entry per request, without secrets. */
  log: (entry: GatewayLogEntry) => void;
  /** Also log the ids and names by which requests refer to objects. */
  logPersonalData: boolean;
  clock: Clock;
  /** Refuses whatever changes something in Okta, with any key. */
  readOnly: boolean;
  /** The URL at which callers reach this server, if they do through a proxy. */
  publicUrl: string | undefined;
  subscriber: Subscriber;
  /** Subscriptions may post to http, and to addresses of this machine and its networks. */
  allowPrivateTargets: boolean;
  /** Reports what an operator must know. */
  notice: (message: string) => void;
  /** Aborted when the server stops: whatever runs in the background ends. */
  stopping: AbortSignal;
}

/** What is known of a request while it is answered. */
export interface GatewayEnv {
  Variables: {
    requestId: string;
    /** Set behind the check of the key. */
    key: GatewayKey;
    /** Key of the action or trigger, for the log and the metrics. Set only to one that exists. */
    operation?: string;
    /** Code of the error that was answered. */
    code?: string;
    /** Inputs that name an object; logged on request only. */
    objects?: Record<string, unknown>;
    /** What was thrown must not make a tool send the request again. */
    isFinal?: boolean;
    /** Something is changed in Okta: the caller must hear what came of it. */
    writes?: boolean;
    /** Seals what is kept for the key. */
    seal: Buffer;
    /** The answer was kept from an earlier request with the same Idempotency-Key. */
    replayed?: boolean;
  };
}
