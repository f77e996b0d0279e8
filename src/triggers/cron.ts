import { Cron } from 'croner';
import { InputError } from '../errors/errors.ts';

/**
 * Milliseconds from now to the next time of a cron expression.
 * @param timeZone IANA name; that of the machine when left out.
 * @throws InputError for what is no cron expression, or one that never comes, and for what is no time zone.
 */
export function nextRun(expression: string, timeZone?: string): () => number {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw new InputError(`${timeZone} is no time zone`, { hint: 'For example "Europe/Madrid".' });
  }
  try {
    const cron = new Cron(expression, { timezone: timeZone });
    if (cron.msToNext() === null) throw new Error('never');
    return () => cron.msToNext() ?? Number.POSITIVE_INFINITY;
  } catch {
    throw new InputError(`${expression || '""'} is no cron expression, or one that never comes`, {
      hint: 'For example "*/5 * * * *": every five minutes.',
    });
  }
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
