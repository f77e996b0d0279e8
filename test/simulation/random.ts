import { seeded } from '../support/seeded.ts';

/** Everything that a run draws comes from these, so that its seed gives the same run again. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  pick<T>(from: readonly T[]): T;
}

export function randomOf(seed: number): Random {
  const next = seeded(seed);
  return { next, pick: (from) => from[Math.floor(next() * from.length)] as (typeof from)[number] };
}

/** A stream for each actor: when one must wait for its moment, the others draw the same all the same. */
export const streamsOf = (seed: number) => ({
  events: randomOf(seed * 8),
  faults: randomOf(seed * 8 + 1),
  killer: randomOf(seed * 8 + 2),
  disk: randomOf(seed * 8 + 3),
  reader: randomOf(seed * 8 + 4),
});
