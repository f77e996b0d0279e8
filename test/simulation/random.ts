import { seeded } from '../support/seeded.ts';

/** Everything that a run draws comes from one of these, so that its seed gives the same run again. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  pick<T>(from: readonly T[]): T;
}

export function randomOf(seed: number): Random {
  const next = seeded(seed);
  return { next, pick: (from) => from[Math.floor(next() * from.length)] as (typeof from)[number] };
}
