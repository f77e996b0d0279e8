import { describe, expect, it } from 'vitest';
import { nextRun } from '../../src/triggers/cron.ts';

describe('the next time of a cron expression', () => {
  it('comes by the clock of the time zone', () => {
    const [utc, tokyo] = ['UTC', 'Asia/Tokyo'].map((zone) => nextRun('0 3 * * *', zone)() / 3_600_000);
    const apart = ((utc as number) - (tokyo as number) + 24) % 24;
    expect(apart).toBeCloseTo(9, 2);
  });

  it.each([
    ['every night', undefined, 'every night is no cron expression'],
    ['0 3 30 2 *', undefined, 'or one that never comes'],
    ['', undefined, '"" is no cron expression'],
    ['0 3 * * *', 'Mars/Base', 'Mars/Base is no time zone'],
  ])('refuses %j in %j', (expression, zone, message) => {
    expect(() => nextRun(expression, zone)).toThrow(message);
  });
});
