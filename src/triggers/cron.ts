import { Cron, CronPattern } from 'croner';
import { InputError } from '../errors/errors.ts';

/**
 * Milliseconds from now to the next time of a cron expression. When clocks go forward, the skipped times become one run,
 * right after the change; when they go back, repeated times run once. Expressions
 * that run in every hour of the day follow elapsed time instead.
 * @param timeZone IANA name. Default: the time zone of the machine.
 * @returns milliseconds from `from`, by default now; Infinity after the last time.
 * @throws InputError for an invalid cron expression, one that never fires, and an unknown time zone.
 */
export function nextRun(expression: string, timeZone?: string): (from?: Date) => number {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw new InputError(`"${timeZone}" is not a time zone`, { hint: 'For example "Europe/Madrid".' });
  }
  try {
    const cron = new Cron(withTimesListed(expression), { timezone: timeZone, fixedTimeRule: 'no-wildcard' });
    const next = (from = new Date()) => cron.msToNext(from) ?? Number.POSITIVE_INFINITY;
    if (next() === Number.POSITIVE_INFINITY) throw new Error('never');
    return next;
  } catch {
    throw new InputError(`"${expression}" is not a valid cron expression, or it never fires`, {
      hint: 'For example "*/5 * * * *": every five minutes.',
    });
  }
}

/**
 * Croner treats only listed times as times of the day: an expression with a step ("*\/30") would follow elapsed time, and so
 * should one that lists every hour.
 */
function withTimesListed(expression: string): string {
  // A nickname: "@daily".
  if (expression.trim().startsWith('@')) return expression;
  const { second, minute, hour } = new CronPattern(expression);
  const listed = (wanted: number[]) => wanted.flatMap((isWanted, at) => (isWanted ? [at] : [])).join();
  const times = [listed(second), listed(minute), hour.every(Boolean) ? '*' : listed(hour)];
  const fields = expression.trim().split(/\s+/);
  return [...times, ...fields.slice(fields.length > 5 ? 3 : 2)].join(' ');
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
