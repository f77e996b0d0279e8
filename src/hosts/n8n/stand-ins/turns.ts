import type { Turns } from '../../../sync/store/turns.ts';

/**
 * Transactions one after the other. A package of n8n cannot tell who calls: a call beside a transaction is taken back with it,
 * which only ends of runs do, and the store is only kept as a whole.
 */
export function turns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    call: async (work) => work(),
    transaction(around) {
      const done = last.then(() => around((work) => work()));
      last = done.catch(() => {});
      return done;
    },
  };
}
