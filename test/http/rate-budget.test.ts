import { describe, expect, it } from 'vitest';
import { rateGate } from '../../src/http/rate-limit.ts';
import { fakeClock, START } from '../support/fake-clock.ts';
import { type ModelOptions, ModelOrg } from '../support/rate-model.ts';
import { seeded } from '../support/seeded.ts';
import { request } from '../support/server.ts';
import { ALL_CASES } from '../support/share.ts';

const MINUTES = 8;

interface Scene extends Pick<ModelOptions, 'windows' | 'reset'> {
  limit: number;
  share: number;
  /** Requests of others in a minute, as a part of the limit. */
  others: number;
  concurrency?: number;
}

/** Callers of ours that never rest, and others that come by chance, over some minutes of fake time. */
async function play(seed: number, { share, others, concurrency = 20, ...model }: Scene) {
  const random = seeded(seed);
  const clock = fakeClock(START + Math.floor(random() * 60_000));
  const skew = Math.floor((random() - 0.5) * 1e7);
  const org = new ModelOrg(clock, { ...model, skew, latency: () => 20 + random() * 100 });
  const gate = rateGate(org.send, { clock, share, concurrency, maxWaitMs: 65_000 });
  const until = clock.now() + MINUTES * 60_000 + 5_000;
  const chance = async () => {
    while (others > 0 && clock.now() < until) {
      await clock.sleep((-Math.log(1 - random()) * 60_000) / (model.limit * others));
      org.other();
    }
  };
  const caller = async () => {
    while (clock.now() < until) await gate(request());
  };
  await clock.run(Promise.all([chance(), ...Array.from({ length: concurrency }, caller)]));
  return { org, until };
}

const seeds = Array.from({ length: ALL_CASES ? 3 : 1 }, () => Math.floor(Math.random() * 2 ** 31));

const WINDOWS: [name: string, model: Pick<ModelOptions, 'windows' | 'reset'>][] = [
  ['windows of the clock', { windows: 'minutes', reset: Math.floor }],
  ['windows that a request opens, their end rounded up', { windows: 'first request', reset: Math.ceil }],
  ['windows that a request opens, their end cut', { windows: 'first request', reset: Math.floor }],
];

describe.each(WINDOWS)('the budget is filled and not crossed: %s', (_name, model) => {
  const cases: [seed: number, limit: number, share: number, others: number][] = seeds.flatMap((seed) =>
    [
      [600, 0.8, 0],
      [600, 0.8, 0.1],
      [2_000, 0.5, 0.3],
      [100, 0.8, 0.05],
      [600, 1, 0],
    ].map(([limit, share, others]) => [seed, limit!, share!, others!] as [number, number, number, number]),
  );
  it.each(cases)('seed %i: limit %i, share %d, others %d', async (seed, limit, share, others) => {
    const { org, until } = await play(seed, { ...model, limit, share, others });
    expect(org.windows.length).toBeGreaterThan(MINUTES - 1);
    expect(org.refused).toBe(0);
    expect(org.lowest).toBeGreaterThan(0);
    expect(org.filled(Math.floor(limit * share), until)).toBeGreaterThanOrEqual(0.97);
    // A look that comes before a window has ended is counted in it.
    const looks = model.windows === 'first request' && model.reset === Math.floor ? 8 : 0;
    for (const { ours } of org.windows) expect(ours).toBeLessThanOrEqual(Math.floor(limit * share) + looks);
  });

  // They use half of the limit, which leaves less than our share: both cannot have what they want.
  it.each(seeds)('seed %i: gives way to others who use more than the reserve', async (seed) => {
    const { org } = await play(seed, { ...model, limit: 600, share: 0.8, others: 0.5 });
    const late = org.windows.slice(3, -1);
    const ours = late.reduce((sum, window) => sum + window.ours, 0) / late.length;
    expect(ours).toBeLessThan(470);
    expect(ours).toBeGreaterThan(200);
    // Nobody can see what another does in the next moment.
    expect(org.refused).toBeLessThanOrEqual(MINUTES);
  });
});
