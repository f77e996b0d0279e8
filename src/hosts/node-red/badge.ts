import { isOktaError, type OktaError } from '../../errors/errors.ts';
import { inSentences } from '../../errors/sentences.ts';
import { unsaidCauses } from '../../errors/unsaid-causes.ts';
import type { Progress } from '../../http/types.ts';
import { hintOf, plainError } from '../errors.ts';
import type { RuntimeNode, Status } from './red.ts';

/** The status shown below a node while it works and afterwards. */
export interface Badge {
  /** The `progress` callback of a run: shows a wait until it is over. */
  progress: Progress;
  /** @param text what the node is doing; the number of concurrent runs is added if there are several. */
  running(text: string, runs?: number): void;
  ok(text: string): void;
  failed(error: unknown): void;
  clear(): void;
}

const clockTime = (ms: number) => new Date(ms).toTimeString().slice(0, 8);

/** "14:03:22" in the machine's time zone, the format of the editor's debug panel. */
export const now = (): string => clockTime(Date.now());

/** How long a status without an end of its own is shown. */
const MESSAGE_MS = 10_000;
/** Keeps a wait on display until the request after it has been answered. */
const GRACE_MS = 2_000;

export function badgeOf(node: Pick<RuntimeNode, 'status'>): Badge {
  let steady: Status = {};
  let passing: NodeJS.Timeout | undefined;
  /** The time until which a wait is shown, whatever other runs do. */
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
      // Otherwise runs that finish after the limit was reached would hide the wait of the others.
      if (Date.now() < waitsUntil) steady = status;
      else show(status);
    },
    ok: (text) => show({ fill: 'green', shape: 'dot', text }),
    failed: (error) => show({ fill: 'red', shape: 'ring', text: shortOf(error) }),
    clear: () => show({}),
  };
}

/** What happened, for people. */
function sentenceOf(error: unknown): string {
  if (!isOktaError(error)) return error instanceof Error ? error.message : String(error);
  return [error.message, ...unsaidCauses(error)].join('; ');
}

/** Message and hint of an error as text for the user. */
export function textOf(error: unknown): string {
  const text = sentenceOf(error);
  const hint = isOktaError(error) ? hintOf(error) : undefined;
  return hint ? inSentences(text, hint) : text;
}

/** What fits under a node without covering its neighbours; the debug pane has all of it. */
const LONGEST_STATUS = 90;

/** One line; what a person did not ask for by name (method, path) is left to the debug pane. */
function shortOf(error: unknown): string {
  const line = sentenceOf(error)
    .replace(/^Okta answered \d+ to [A-Z]+ \S+: /, '')
    .replace(/\s+/g, ' ');
  return line.length > LONGEST_STATUS ? `${line.slice(0, LONGEST_STATUS - 1)}…` : line || 'error';
}

/** The debug pane writes the cause as a text. */
function asCause(error: OktaError): object {
  const { code, status, oktaCode, request } = error;
  const facts = [
    code,
    status && `HTTP ${status}`,
    oktaCode,
    request && `${request.method} ${request.pathTemplate}`,
  ];
  return Object.defineProperty(plainError(error), 'toString', {
    value: () => facts.filter(Boolean).join(', '),
  });
}

/**
 * The error in the form that Catch nodes receive: `msg.error.code`, and `msg.error.cause` with all data of the typed error
 * (status, causes, hint, retryable, retryAfterMs). A new object, because Node-RED copies own properties only.
 */
export function errorForCatch(error: unknown): Error {
  if (!isOktaError(error)) return error instanceof Error ? error : new Error(String(error));
  const text = textOf(error);
  // No stack: positions in the bundle would only clutter the message.
  return Object.defineProperties(new Error(text), {
    name: { value: error.name },
    code: { value: error.code, enumerable: true },
    cause: { value: asCause(error), enumerable: true },
    stack: { value: `${error.name}: ${text}` },
  });
}
