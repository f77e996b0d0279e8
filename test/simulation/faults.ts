import type { Random } from './random.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A fault as the control route of the sandbox takes it. */
interface Fault {
  fault: { kind: string; [more: string]: unknown };
  query?: string;
  times?: number;
}

/** Only a cursor is refused, never the new start after it, however late that comes. */
const refusedCursor: Fault = {
  fault: { kind: 'status', status: 400, body: { errorCode: 'E0000053', errorSummary: 'Invalid cursor' } },
  query: '[?&]after=',
};
const internalError = { errorCode: 'E0000009', errorSummary: 'Internal Server Error' };

/** What goes wrong with the answers of the log; where there are several, one after the other. */
const KINDS: Record<string, (random: Random) => Fault[]> = {
  '503': () => [{ fault: { kind: 'status', status: 503 } }],
  '500': () => [{ fault: { kind: 'status', status: 500, body: internalError } }],
  reset: () => [{ fault: { kind: 'reset' } }],
  'reset after the work': () => [{ fault: { kind: 'reset_after' } }],
  'truncated body': () => [{ fault: { kind: 'truncate' } }],
  html: () => [{ fault: { kind: 'html', status: 200 } }],
  '429': () => [{ fault: { kind: 'rate_limit', resetInSeconds: 0 } }],
  'too many at once': () => [{ fault: { kind: 'concurrency' } }],
  'refused cursor': () => [refusedCursor],
  '200 with an error': () => [{ fault: { kind: 'error' } }],
  '200 without a body': () => [{ fault: { kind: 'empty' } }],
  '206': () => [{ fault: { kind: 'partial' } }],
  'wrong Date': ({ pick, next }) => [
    {
      fault: { kind: 'date', offsetMs: pick([-3650 * DAY, -DAY, -HOUR, HOUR, DAY, 3650 * DAY]) },
      times: 1 + Math.floor(next() * 5),
    },
    // What was learnt from it counts when the cursor is lost.
    ...(next() < 0.5 ? [refusedCursor] : []),
  ],
  'wrong reset': ({ pick, next }) => [
    { fault: { kind: 'rate_reset', ...pick([...NEAR, FAR]) }, times: 1 + Math.floor(next() * 3) },
  ],
  '429 with a wrong reset': ({ pick }) => [{ fault: { kind: 'rate_limit', ...pick(NEAR) } }],
};

/** What rightly stops all requests for as long as a window may last, a minute. */
const LONG: typeof KINDS = {
  '429 for days': () => [{ fault: { kind: 'rate_limit', ...FAR } }],
  'nothing left for days': () => [{ fault: { kind: 'rate_reset', ...FAR, remaining: 0 } }],
};

const NEAR = [{ resetInSeconds: 1, unit: 'milliseconds' }, { resetInSeconds: -HOUR / 1000 }];
const FAR = { resetInSeconds: (3 * DAY) / 1000 };

export const SHORT_FAULTS = Object.keys(KINDS);
export const LONG_FAULTS = Object.keys(LONG);
export const FAULTS = [...SHORT_FAULTS, ...LONG_FAULTS];

/** The faults of one kind, to be planned in this order. */
export function faultsOf(kind: string, random: Random): Required<Fault>[] {
  const faults = { ...KINDS, ...LONG }[kind]?.(random) ?? [];
  return faults.map((fault) => ({ query: '', times: 1, ...fault }));
}
