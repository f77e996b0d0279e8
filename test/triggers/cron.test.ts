import { describe, expect, it } from 'vitest';
import { nextRun } from '../../src/triggers/cron.ts';

/** Times of a day in UTC, `HH:MM`, on which an expression fires. */
function timesOf(expression: string, timeZone: string, from: string, until: string): string[] {
  const next = nextRun(expression, timeZone);
  const times: string[] = [];
  for (let at = Date.parse(from); ; ) {
    at += next(new Date(at));
    if (at > Date.parse(until)) return times;
    times.push(new Date(at).toISOString().slice(11, 16));
  }
}

describe('the next time of a cron expression', () => {
  it('comes by the clock of the time zone', () => {
    const [utc, tokyo] = ['UTC', 'Asia/Tokyo'].map((zone) => nextRun('0 3 * * *', zone)() / 3_600_000);
    const apart = ((utc as number) - (tokyo as number) + 24) % 24;
    expect(apart).toBeCloseTo(9, 2);
  });

  it.each([
    ['every night', undefined, '"every night" is not a valid cron expression'],
    ['0 3 30 2 *', undefined, 'or it never fires'],
    ['', undefined, '"" is not a valid cron expression'],
    ['0 3 * * *', 'Mars/Base', '"Mars/Base" is not a time zone'],
  ])('refuses %j in %j', (expression, zone, message) => {
    expect(() => nextRun(expression, zone)).toThrow(message);
  });
});

describe('G.11 a change of the clocks', () => {
  // Madrid: 2026-03-29, 02:00 becomes 03:00 (01:00 UTC); 2026-10-25, 03:00 becomes 02:00 (01:00 UTC).
  it.each([
    ['0,30 2 * * *', '01:00', '00:00 00:30'],
    ['*/30 2 * * *', '01:00', '00:00 00:30'],
    ['30 2 * * *', '01:00', '00:30'],
    ['0 2,3 * * *', '01:00', '00:00 02:00'],
    ['0 2-3 * * *', '01:00', '00:00 02:00'],
    ['15 2,3 * * *', '01:00 01:15', '00:15 02:15'],
    ['0 30 2 * * *', '01:00', '00:30'],
    ['@daily', '23:00', '22:00'],
    ['* 2 29 3 *', '01:00', ''],
    ['0 1-23/2 * * *', '00:00 01:00 03:00', '23:00 02:00 04:00'],
    ['0 */2 * * *', '23:00 01:00 02:00 04:00', '22:00 00:00 03:00'],
    ['0 * * * *', '23:00 00:00 01:00 02:00 03:00 04:00', '22:00 23:00 00:00 01:00 02:00 03:00 04:00'],
    ['30 0-23 * * *', '22:30 23:30 00:30 01:30 02:30 03:30', '21:30 22:30 23:30 00:30 01:30 02:30 03:30'],
  ])('leaves out nothing of %j and repeats nothing', (expression, spring, autumn) => {
    const inMadrid = (from: string, until: string) => timesOf(expression, 'Europe/Madrid', from, until);
    expect(inMadrid('2026-03-28T22:15Z', '2026-03-29T04:00Z').join(' ')).toBe(spring);
    expect(inMadrid('2026-10-24T21:15Z', '2026-10-25T04:00Z').join(' ')).toBe(autumn);
  });

  it('of half an hour does the same', () => {
    // Lord Howe: 2026-10-04, 02:00 becomes 02:30 (15:30 UTC the day before); 2026-04-05, 02:00 becomes 01:30 (15:00 UTC).
    const inHowe = (from: string, until: string) =>
      timesOf('0,15,45 2 * * *', 'Australia/Lord_Howe', from, until);
    expect(inHowe('2026-10-03T14:00Z', '2026-10-03T18:00Z')).toEqual(['15:30', '15:45']);
    expect(timesOf('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T12:00Z', '2026-04-04T20:00Z')).toEqual([
      '14:45',
    ]);
  });
});
