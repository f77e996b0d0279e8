import type { Check, Fine, Found } from './check.ts';

/** Relying parties tolerate from none to ten minutes; Okta itself half a minute. */
const NOTABLE_MS = 60_000;

/** The clock of this machine, which may be that of the application. */
export const CLOCK_CHECK: Check = {
  name: 'the clock',
  needs: ['app'],
  run({ aheadMs, response, context }): (Found | Fine)[] {
    const seconds = Math.round(Math.abs(aheadMs ?? 0) / 1000);
    const isOff = aheadMs !== undefined && Math.abs(aheadMs) > NOTABLE_MS;
    const direction = (aheadMs ?? 0) > 0 ? 'behind' : 'ahead of';
    const start = Date.parse(response?.notBefore ?? '');
    const early = start - context.clock.now();
    const evidence = [
      ...(isOff ? [`The clock of this machine is ${seconds} s ${direction} that of Okta.`] : []),
      ...(early > 0
        ? [
            `The response counts from ${response?.notBefore}: that is in ${Math.ceil(early / 1000)} s by this clock.`,
          ]
        : []),
    ];
    if (evidence.length === 0) {
      return aheadMs === undefined
        ? []
        : [{ fine: `The clock of this machine is within ${seconds + 1} s of Okta's.` }];
    }
    return [{ code: 'clock_skew', certainty: 'likely', evidence }];
  },
};
