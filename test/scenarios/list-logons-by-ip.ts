import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

/** Three sign-ins from an address of their own, the second one failed. */
async function threeSignIns(org: Org) {
  const hex = Buffer.from(org.run).toString('hex').padEnd(12, '0');
  const ipAddress = `2001:db8::${hex.slice(-12, -8)}:${hex.slice(-8, -4)}:${hex.slice(-4)}`;
  const { nowMs } = await org.control('GET', '/clock');
  const at = (ms: number) => new Date(nowMs + ms).toISOString();
  const events = ['SUCCESS', 'FAILURE', 'SUCCESS'].map((result, n) => ({
    eventType: 'user.session.start',
    published: at((n - 5) * 60_000),
    displayMessage: n === 2 ? 'User login by robot' : 'User login to Okta',
    client: { ipAddress },
    outcome: { result, reason: result === 'SUCCESS' ? null : 'INVALID_CREDENTIALS' },
  }));
  await org.control('POST', '/events', events);
  return { ipAddress, at };
}

const results = (events: { outcome?: unknown }[]) =>
  events.map(({ outcome }) => (outcome as { result: string }).result);

export default [
  scenario('list_logons_by_ip', {
    name: 'lists the sign-ins of the last day from an address, over two pages',
    async arrange(org) {
      await org.pagesOf(2);
      return threeSignIns(org);
    },
    input: ({ ipAddress }) => ({ ipAddress }),
    check(output, { ipAddress }) {
      expect(results(output)).toEqual(['SUCCESS', 'FAILURE', 'SUCCESS']);
      for (const event of output)
        expect(event).toMatchObject({ eventType: 'user.session.start', client: { ipAddress } });
    },
  }),
  scenario('list_logons_by_ip', {
    name: 'lists sign-ins of a window of time',
    arrange: threeSignIns,
    input: ({ ipAddress, at }) => ({ ipAddress, since: at(-280_000), until: at(-200_000) }),
    check: (output) => expect(results(output)).toEqual(['FAILURE']),
  }),
  scenario('list_logons_by_ip', {
    name: 'lists failed sign-ins',
    arrange: threeSignIns,
    input: ({ ipAddress }) => ({ ipAddress, outcome: 'FAILURE' }),
    check: (output) => expect(results(output)).toEqual(['FAILURE']),
  }),
  scenario('list_logons_by_ip', {
    name: 'finds a sign-in by a word in it',
    arrange: threeSignIns,
    input: ({ ipAddress }) => ({ ipAddress, keyword: 'robot' }),
    check: (output) => expect(results(output)).toEqual(['SUCCESS']),
  }),
  scenario('list_logons_by_ip', {
    name: 'lists the newest sign-ins first, and no more than asked for',
    arrange: threeSignIns,
    input: ({ ipAddress }) => ({ ipAddress, newestFirst: true, limit: 2 }),
    check: (output) => expect(results(output)).toEqual(['SUCCESS', 'FAILURE']),
  }),
];
