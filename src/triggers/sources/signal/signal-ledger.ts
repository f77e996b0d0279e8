import type { PollState } from '../log/system-log.ts';
import { isSigned, type LoggedSignal, type StoredSignal, signalItemOf } from './signal-item.ts';

/** How far apart the times of a signed event and of its event in the log may be, if they are not the same. */
const WINDOW_MS = 60_000;
/** How long one of them is remembered after it was delivered without the other. */
const KEPT_MS = 60 * 60_000;
const MOST_KEPT = 5_000;

/** What tells signed events apart from one another, and is in the log as well: they share no id. */
export interface SignalMark {
  /** Kind, change and user. */
  about: string;
  /** When it happened, milliseconds since the epoch. */
  at: number;
  /** When it was delivered. */
  since: number;
}

/** What is known of a stream and of the log behind it. One signed event stands for one event of the log. */
export interface SignalLedger {
  /** Arrived signed; not found in the log so far. */
  signed: readonly SignalMark[];
  /** Found in the log, and waits for one look whether it arrives signed. */
  waiting: readonly LoggedSignal[];
  /** Delivered from the log; may still arrive signed. */
  logged: readonly SignalMark[];
  poll: PollState | undefined;
}

export const newLedger = (): SignalLedger => ({ signed: [], waiting: [], logged: [], poll: undefined });

/** The mark of a signed event, or of one in the log; undefined if it names no user or no time. */
export function signalMark(signal: StoredSignal, since: number): SignalMark | undefined {
  const { kind, userId, changeType, credentialType, occurredAt } = signalItemOf(signal);
  if (userId === null || occurredAt === null) return undefined;
  const isPassword = credentialType === 'password';
  return { about: JSON.stringify([kind, userId, changeType, isPassword]), at: Date.parse(occurredAt), since };
}

const distance = (one: SignalMark, { at }: SignalMark): number => Math.abs(one.at - at);

/** The same time, to the second where the token has whole seconds. */
const isSame = (signed: SignalMark, logged: SignalMark): boolean =>
  signed.about === logged.about &&
  (signed.at === logged.at || (signed.at % 1_000 === 0 && distance(signed, logged) < 1_000));

const isNear = (signed: SignalMark, logged: SignalMark): boolean =>
  signed.about === logged.about && distance(signed, logged) <= WINDOW_MS;

const nearest = (marks: readonly SignalMark[], mark: SignalMark): SignalMark | undefined =>
  marks.toSorted((a, b) => distance(a, mark) - distance(b, mark))[0];

const without = <T>(all: readonly T[], one: T): T[] => all.filter((other) => other !== one);

/**
 * Decides on a new event: one that arrives signed after it was delivered from the log is delivered already, and so is one of the log
 * that has arrived signed while it waited.
 */
export function admitSignal(
  ledger: SignalLedger,
  signal: StoredSignal,
  now: number,
): { isTaken: boolean; ledger: SignalLedger } {
  const mark = signalMark(signal, now);
  if (isSigned(signal)) {
    if (!mark) return { isTaken: true, ledger };
    const found = nearest(
      ledger.logged.filter((one) => isSame(mark, one)),
      mark,
    );
    return found
      ? { isTaken: false, ledger: { ...ledger, logged: without(ledger.logged, found) } }
      : { isTaken: true, ledger: { ...ledger, signed: [...ledger.signed, mark] } };
  }
  const waits = ledger.waiting.find(({ uuid }) => uuid === signal.uuid);
  if (!waits) return { isTaken: false, ledger };
  const waiting = without(ledger.waiting, waits);
  const found =
    mark &&
    nearest(
      ledger.signed.filter((one) => isSame(one, mark)),
      mark,
    );
  if (found) return { isTaken: false, ledger: { ...ledger, waiting, signed: without(ledger.signed, found) } };
  return {
    isTaken: true,
    ledger: { ...ledger, waiting, logged: mark ? [...ledger.logged, mark] : ledger.logged },
  };
}

/** Pairs what waits with what arrived signed, the nearest first. */
function paired(
  ledger: SignalLedger,
  waiting: readonly LoggedSignal[],
  marks: readonly SignalMark[],
  fits: (signed: SignalMark, logged: SignalMark) => boolean,
): SignalLedger {
  const [left, unpaired] = [new Set(ledger.waiting), new Set(ledger.signed)];
  const pairs = waiting.flatMap((signal) => {
    const mark = signalMark(signal, 0);
    if (!mark) return [];
    return marks.filter((one) => fits(one, mark)).map((one) => ({ signal, one, ms: distance(one, mark) }));
  });
  for (const { signal, one } of pairs.toSorted((a, b) => a.ms - b.ms))
    if (left.has(signal) && unpaired.delete(one)) left.delete(signal);
  return { ...ledger, signed: [...unpaired], waiting: [...left] };
}

/** Takes note of what was found in the log: what has arrived signed is done with; the rest waits. */
export function settle(ledger: SignalLedger, found: readonly LoggedSignal[]): SignalLedger {
  const waiting = [...ledger.waiting, ...found];
  return paired({ ...ledger, waiting }, waiting, ledger.signed, isSame);
}

/**
 * After a look to the end of the log: pairs what has not met its like although both had the time, by the nearest time. Before, the
 * like of either may only be late, and they would stand for others.
 * @param isDue what waited before the look.
 * @param since when the look began.
 */
export function settleRest(
  ledger: SignalLedger,
  isDue: (signal: LoggedSignal) => boolean,
  since: number,
): SignalLedger {
  const waiting = ledger.waiting.filter(isDue);
  const marks = ledger.signed.filter((mark) => mark.since < since);
  return paired(ledger, waiting, marks, isNear);
}

/** Forgets what was delivered long before the log was last read to its end; the same ledger if there is nothing. */
export function forget(ledger: SignalLedger, now: number): SignalLedger {
  const kept = (marks: readonly SignalMark[]) =>
    marks.filter(({ since }) => now - since <= KEPT_MS).slice(-MOST_KEPT);
  const [signed, logged] = [kept(ledger.signed), kept(ledger.logged)];
  const isKept = signed.length === ledger.signed.length && logged.length === ledger.logged.length;
  return isKept ? ledger : { ...ledger, signed, logged };
}
