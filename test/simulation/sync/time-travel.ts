/** Loaded before the command line: its clock is `AHEAD_MS` ahead of this machine, and it sleeps without waiting. */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const RealDate = Date;
const realNow = Date.now;
let ahead = Number(process.env.AHEAD_MS ?? 0);
const now = () => realNow() + ahead;

globalThis.Date = class extends RealDate {
  constructor(...given: ConstructorParameters<typeof RealDate> | []) {
    super(...((given.length === 0 ? [now()] : given) as ConstructorParameters<typeof RealDate>));
  }
} as DateConstructor;
Date.now = now;

const { setTimeout: wait } = timers;
timers.setTimeout = async (ms = 1, value, options) => {
  const result = await wait(Math.min(ms, 5), value as never, options);
  ahead += Math.max(0, ms - 5);
  return result;
};
syncBuiltinESMExports();
