import { describe, expect, it } from 'vitest';
import { missingRedis } from './farm/redis.ts';
import { type FarmOutcome, type FarmRun, runFarm } from './farm/run.ts';

/** Nothing is lost, and only what was in flight when something was killed comes again, with the id that it had. */
function expectDelivered({ orgs }: FarmRun, outcome: FarmOutcome): void {
  const { log, ...figures } = outcome;
  console.log(JSON.stringify({ orgs, ...figures, lost: figures.lost.length }));
  const { wanted, lost, unasked, idleRepeats, disordered, overlaps } = outcome;
  expect(lost, log.slice(-4_000)).toEqual([]);
  expect(wanted).toBeGreaterThan(orgs);
  expect({ unasked, idleRepeats, disordered }).toEqual({ unasked: [], idleRepeats: [], disordered: [] });
  // Two polls of one org are never under way at the same time.
  expect(overlaps).toBe(0);
  // Of the secrets that the workers read, none is in what they write.
  expect(log).not.toMatch(/00farm|whsec_/);
}

describe.skipIf(missingRedis && !process.env.REQUIRE_SERVERS)(
  'a farm of orgs, two workers, and kills',
  () => {
    it('500 orgs every 5 s', { timeout: 300_000 }, async () => {
      const run: FarmRun = {
        ...{ orgs: 500, everySeconds: 5, seconds: 30, eventEveryMs: 10_000, seed: 11 },
        ...{ heavy: { orgs: 3, times: 100 }, kills: ['worker', 'redis', 'worker'] },
      };
      const outcome = await runFarm(run);
      expectDelivered(run, outcome);
      // Of so few, more than one of 100 waits for its killed worker's lock, which is three intervals.
      expect(outcome.lagP99Ms).toBeLessThan(60_000);
    });

    it('200 orgs every 5 s over TLS, with sockets that are kept', { timeout: 300_000 }, async () => {
      const run: FarmRun = {
        ...{ orgs: 200, everySeconds: 5, seconds: 15, eventEveryMs: 5_000, seed: 12 },
        ...{ kills: ['worker', 'redis'], tls: true, keepSockets: true },
      };
      const outcome = await runFarm(run);
      expectDelivered(run, outcome);
      expect(outcome.connections).toBeLessThan(outcome.requests / 2);
    });

    it('10,000 orgs every minute', { timeout: 600_000 }, async () => {
      const run: FarmRun = {
        ...{ orgs: 10_000, everySeconds: 60, seconds: 80, eventEveryMs: 40_000, seed: 13 },
        ...{ heavy: { orgs: 5, times: 200 }, kills: ['worker', 'redis', 'worker', 'redis'] },
      };
      const outcome = await runFarm(run);
      expectDelivered(run, outcome);
      expect(outcome.lagP99Ms).toBeLessThan(2 * 60_000);
    });
  },
);
