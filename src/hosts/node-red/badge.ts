import { OktaError } from '../../errors/errors.ts';
import type { Progress } from '../../http/types.ts';
import type { RuntimeNode } from './red.ts';

/** What a node shows under itself while it works, and after. */
export interface Badge {
  /** For `progress` of a run. */
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

export function badgeOf(node: Pick<RuntimeNode, 'status'>): Badge {
  return {
    progress(message, { waitsUntil } = {}) {
      const text = waitsUntil ? `waiting for rate limit until ${clockTime(waitsUntil)}` : message;
      node.status({ fill: 'yellow', shape: 'ring', text });
    },
    running: (text, runs = 1) =>
      node.status({ fill: 'blue', shape: 'dot', text: runs > 1 ? `${text} (${runs})` : text }),
    ok: (text) => node.status({ fill: 'green', shape: 'dot', text }),
    failed: (error) =>
      node.status({ fill: 'red', shape: 'ring', text: error instanceof OktaError ? error.code : 'error' }),
    clear: () => node.status({}),
  };
}

/**
 * The error as Catch nodes get it: `msg.error.code`, and `msg.error.cause` with everything the typed error tells (status,
 * causes, hint, retryable, retryAfterMs). Made anew, because Node-RED copies only own members.
 */
export function nodeError(error: unknown): Error {
  if (!(error instanceof OktaError)) return error instanceof Error ? error : new Error(String(error));
  const text = [error.message, ...error.causes].join('; ');
  const made = new Error(error.hint ? `${text}. ${error.hint}` : text);
  // No stack: it would fill the message with places in a bundle.
  return Object.defineProperties(made, {
    name: { value: error.name },
    code: { value: error.code, enumerable: true },
    cause: { value: JSON.parse(JSON.stringify(error)), enumerable: true },
    stack: { value: `${error.name}: ${text}` },
  });
}
