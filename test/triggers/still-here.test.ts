import { expect, it } from 'vitest';
import { isStillHere, type PollState } from '../../src/triggers/sources/log/system-log.ts';

const MINUTE = 60_000;
const last: PollState = { cursor: '/c', watermark: 100 * MINUTE, conditions: '{}', seen: ['.aaaaaaaaaa'] };

it.each<[what: string, change: Partial<PollState>, isGood: boolean]>([
  ['nothing has changed', {}, true],
  ['only the time went on, by less than five minutes', { watermark: 105 * MINUTE - 1 }, true],
  ['the time went on by five minutes', { watermark: 105 * MINUTE }, false],
  // A restart reads the same events again, and skips them by their ids: the newer state has no more of them.
  ['other ids are known', { seen: [] }, true],
  ['the cursor is another one', { cursor: '/d' }, false],
  ['the cursor is gone', { cursor: undefined }, false],
  ['it belongs to other conditions', { conditions: '{"filter":"x"}' }, false],
  ['a part of the first page was delivered', { from: 1 }, false],
  ['the pages are of another size', { pageSize: 100 }, false],
])('a saved state is as good as a new one: %s', (_, change, isGood) => {
  expect(isStillHere(last, { ...last, ...change })).toBe(isGood);
});

it('one without a cursor is not: the next run would read again', () => {
  const none = { ...last, cursor: undefined };
  expect(isStillHere(none, { ...none })).toBe(false);
});
