import { isOktaError } from '../../errors/errors.ts';
import { unsaidCauses } from '../../errors/unsaid-causes.ts';
import type { Progress } from '../../http/types.ts';
import { hintOf, plainError } from '../errors.ts';
import type { RuntimeNode, Status } from './red.ts';

/** What a node shows under itself while it works, and after. */
export interface Badge {
  /** For `progress` of a run: shown until the wait is over. */
  progress: Progress;
  /** @param text what it does; with the number of runs under way, where there are several. */
  running(text: string, runs?: number): void;
  ok(text: string): void;
  failed(error: unknown): void;
  clear(): void;
}

const clockTime = (ms: number) => new Date(ms).toTimeString().slice(0, 8);

/** "14:03:22" in the time zone of the machine, as the editor's debug panel shows times. */
export const now = (): string => clockTime(Date.now());

/** What has no end of its own is shown for so long. */
const MESSAGE_MS = 10_000;
/** What comes after a wait takes a moment. */
const GRACE_MS = 2_000;

export function badgeOf(node: Pick<RuntimeNode, 'status'>): Badge {
  let steady: Status = {};
  let passing: NodeJS.Timeout | undefined;
  /** Until when a wait is shown, whatever else goes on meanwhile. */
  let waitsUntil = 0;
  const show = (status: Status) => {
    clearTimeout(passing);
    waitsUntil = 0;
    steady = status;
    node.status(status);
  };
  return {
    progress(message, wait) {
      const text =
        wait?.for === 'rate_limit' ? `waiting for rate limit until ${clockTime(wait.until)}` : message;
      node.status({ fill: 'yellow', shape: 'ring', text });
      clearTimeout(passing);
      waitsUntil = wait?.until ?? 0;
      const lastsMs = wait ? Math.max(0, wait.until - Date.now()) + GRACE_MS : MESSAGE_MS;
      passing = setTimeout(() => node.status(steady), lastsMs);
      passing.unref();
    },
    running(text, runs = 1) {
      const status: Status = { fill: 'blue', shape: 'dot', text: runs > 1 ? `${text} (${runs})` : text };
      // Runs that end after the limit was reached would hide what the others wait for.
      if (Date.now() < waitsUntil) steady = status;
      else show(status);
    },
    ok: (text) => show({ fill: 'green', shape: 'dot', text }),
    failed: (error) => show({ fill: 'red', shape: 'ring', text: isOktaError(error) ? error.code : 'error' }),
    clear: () => show({}),
  };
}

/** Message and hint of an error, for people. */
export function textOf(error: unknown): string {
  if (!isOktaError(error)) return error instanceof Error ? error.message : String(error);
  const text = [error.message, ...unsaidCauses(error)].join('; ');
  const hint = hintOf(error);
  return hint ? `${text}. ${hint}` : text;
}

/**
 * The error as Catch nodes get it: `msg.error.code`, and `msg.error.cause` with everything the typed error tells (status,
 * causes, hint, retryable, retryAfterMs). Made anew, because Node-RED copies only own members.
 */
export function nodeError(error: unknown): Error {
  if (!isOktaError(error)) return error instanceof Error ? error : new Error(String(error));
  const text = textOf(error);
  // No stack: it would fill the message with places in a bundle.
  return Object.defineProperties(new Error(text), {
    name: { value: error.name },
    code: { value: error.code, enumerable: true },
    cause: { value: plainError(error), enumerable: true },
    stack: { value: `${error.name}: ${text}` },
  });
}
