import { randomBytes, randomUUID } from 'node:crypto';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import type { PollState } from '../log/system-log.ts';

/** Name prefix of the hooks we create. */
export const HOOK_NAME = 'okta-connector ';

/** The event hook of a receiver, as it is remembered. */
export interface HookState {
  /** Unique name: finds the hook again when the answer to its creation was lost. */
  name: string;
  /** What Okta sends as Authorization header; Okta never shows it again. */
  secret: string;
  hookId: string | undefined;
  /** Acknowledged, but not delivered yet. */
  inbox: LogEvent[];
  seen: string[];
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
