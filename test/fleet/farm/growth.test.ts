import { describe, expect, it } from 'vitest';
import { type Growth, HISTORY, idOf, persistedAt, placeOf, positionAt, sizeAt } from './growth.ts';

const growth: Growth = {
  seed: 7,
  openedAt: 1_000_000,
  startedAt: 2_000_000,
  everyMs: 1_000,
  heavy: { orgs: 1, times: 50 },
};

describe('the growth of a log of the farm', () => {
  it('has exactly the events that were logged by then, in their order', () => {
    for (const org of [0, 1, 2, 9_999]) {
      for (let now = 1_999_000; now < 2_010_000; now += 37) {
        const size = sizeAt(growth, org, now);
        expect(persistedAt(growth, org, size - 1)).toBeLessThanOrEqual(now);
        expect(persistedAt(growth, org, size)).toBeGreaterThan(now);
      }
      expect(positionAt(growth, org, persistedAt(growth, org, 5), 2_010_000)).toBe(5);
    }
  });

  it('ends when it is stopped', () => {
    const stopped = { ...growth, stoppedAt: 2_005_000 };
    expect(sizeAt(stopped, 3, 9_000_000)).toBe(sizeAt(growth, 3, 2_005_000));
    expect(sizeAt({ ...growth, startedAt: undefined }, 3, 9_000_000)).toBe(HISTORY);
  });

  it('has ids that tell their place', () => {
    for (const place of [
      { org: 0, position: 3 },
      { org: 9_999, position: 123_456_789 },
    ])
      expect(placeOf(idOf(place.org, place.position))).toEqual(place);
  });
});
