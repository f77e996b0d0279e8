import { randomBytes, randomUUID } from 'node:crypto';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import type { StoredDigests } from '../log/seen.ts';
import type { PollState } from '../log/system-log.ts';
import type { SignalLedger } from '../signal/signal-ledger.ts';

/** Name prefix of the hooks we create. */
export const HOOK_NAME = 'okta-connector ';

/** A stream of signed events (Shared Signals), as it is remembered. */
export interface StreamState {
  streamId: string;
  /** Where it is pushed to. */
  url: string;
  /** Path of the keys with which the org signs. */
  keysPath: string;
  /** The `iss` of its tokens: what the stream says, and what the org's metadata say. */
  issuers: string[];
  /** The `aud` of its tokens, which Okta sets. */
  audiences: string[];
  /** What the event that verifies it must repeat. */
  verifying: string | undefined;
  isVerified: boolean;
}

/** The event hook of a receiver, as it is remembered. */
export interface HookState {
  /** Unique name: finds the hook again when the answer to its creation was lost. */
  name: string;
  /** What Okta sends as Authorization header; Okta never shows it again. */
  secret: string;
  hookId: string | undefined;
  stream?: StreamState | undefined;
  /** What is remembered to find in the log what the stream did not bring; undefined unless somebody reconciles it. */
  signals?: SignalLedger | undefined;
  /** Acknowledged, but not delivered yet. */
  inbox: LogEvent[];
  seen: StoredDigests[];
  poll: Omit<PollState, 'seen'> | undefined;
}

/** Gets the current state; undefined for no change. It may be called again when another process was faster. */
export type HookChange = (state: Readonly<HookState>) => Partial<HookState> | undefined;

/** Where the state of a hook is kept. */
export interface HookMemory {
  /** As last read or written. */
  readonly state: Readonly<HookState>;
  /** Changes the state; a change that cannot be stored has not happened. */
  update(change: HookChange): Promise<void>;
}

/** A hook that Okta does not have yet. */
export const newHook = (): HookState => ({
  name: `${HOOK_NAME}${randomUUID()}`,
  secret: randomBytes(32).toString('base64url'),
  hookId: undefined,
  inbox: [],
  seen: [],
  poll: undefined,
});
