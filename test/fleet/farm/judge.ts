import { connectionOf } from './fleet-file.ts';
import { CREATED, type Growth, HISTORY, persistedAt, placeOf, sizeAt, typeAt } from './growth.ts';
import type { Receipt } from './receiver.ts';

export interface Verdict {
  /** Events that should have come. */
  wanted: number;
  /** Of those, which did not. */
  lost: string[];
  /** What came and should not have: history, another event type, the event of another connection. */
  unasked: string[];
  /** What came again. */
  repeats: number;
  /** Of those, what had come before too long before any kill to have been in flight. */
  idleRepeats: string[];
  /** First receipts that came after a later event of their org. */
  disordered: string[];
  /** From the log to the receiver, 99 of 100. */
  lagP99Ms: number;
}

/** How long before a kill something was received that may be in flight still: a run, and what Redis had not synced. */
const IN_FLIGHT_MS = 12_000;

/** @param kills when processes were killed, milliseconds since the epoch. */
export function judge(growth: Growth, orgs: number, receipts: readonly Receipt[], kills: number[]): Verdict {
  const verdict: Verdict = {
    ...{ wanted: 0, lost: [], unasked: [], repeats: 0, idleRepeats: [], disordered: [], lagP99Ms: 0 },
  };
  const came = Array.from({ length: orgs }, () => new Map<number, number>());
  const newest = new Int32Array(orgs);
  const lags: number[] = [];
  for (const { id, at } of receipts) {
    const [connection, , uuid = ''] = id.split('/');
    const { org, position } = placeOf(uuid);
    const first = came[org]?.get(position);
    if (connection !== connectionOf(org) || position < HISTORY || typeAt(position) !== CREATED) {
      verdict.unasked.push(id);
    } else if (first === undefined) {
      came[org]?.set(position, at);
      lags.push(at - persistedAt(growth, org, position));
      if (position < (newest[org] ?? 0)) verdict.disordered.push(id);
      newest[org] = Math.max(newest[org] ?? 0, position);
    } else {
      verdict.repeats += 1;
      if (!kills.some((kill) => first > kill - IN_FLIGHT_MS && first <= kill + 1_000))
        verdict.idleRepeats.push(id);
    }
  }
  for (const [org, of] of came.entries()) {
    const size = sizeAt(growth, org, Date.now());
    for (let position = HISTORY; position < size; position++) {
      if (typeAt(position) !== CREATED) continue;
      verdict.wanted += 1;
      if (!of.has(position)) verdict.lost.push(`${connectionOf(org)} ${position}`);
    }
  }
  lags.sort((a, b) => a - b);
  verdict.lagP99Ms = lags[Math.floor(lags.length * 0.99)] ?? 0;
  return verdict;
}
