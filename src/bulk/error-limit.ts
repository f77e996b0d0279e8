import { InputError } from '../errors/errors.ts';
import type { ErrorLimit } from './types.ts';

/** A share is meaningless for a few rows. */
const LEAST_ROWS = 100;
/** Limit on consecutive failures, whatever the share: more rows would fail too. */
const MOST_IN_A_ROW = 50;

export const DEFAULT_ERROR_LIMIT: ErrorLimit = '10%';

/** Reads `50` or `10%`; undefined for anything else. */
export function errorLimitOf(value: string): ErrorLimit | undefined {
  const [, amount, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(value) ?? [];
  const number = Number(amount);
  if (amount === undefined || !(percent ? number <= 100 : Number.isSafeInteger(number))) return undefined;
  return percent ? `${number}%` : number;
}

/**
 * Counts failed rows.
 * @returns a function to call after each row, which returns the reason to stop, if any: more errors than the number; or,
 *   for a share, more than that share of the rows (from the 100th row on), or 50 errors in a row. `100%` never stops.
 * @throws InputError for an invalid limit, such as a share of 0.1 or NaN.
 */
export function errorCounter(limit: ErrorLimit): (failed: boolean) => string | undefined {
  if (errorLimitOf(String(limit)) === undefined) {
    throw new InputError('maxErrors must be a whole number of rows, or a share like 10%');
  }
  const share = typeof limit === 'string' ? Number.parseFloat(limit) / 100 : undefined;
  let rows = 0;
  let errors = 0;
  let inARow = 0;
  return (failed) => {
    rows += 1;
    errors += failed ? 1 : 0;
    inARow = failed ? inARow + 1 : 0;
    if (!failed || share === 1) return undefined;
    if (share === undefined) return errors > Number(limit) ? `${errors} of ${rows} rows failed` : undefined;
    if (inARow >= MOST_IN_A_ROW) return `${inARow} rows in a row failed`;
    return rows >= LEAST_ROWS && errors > share * rows ? `${errors} of ${rows} rows failed` : undefined;
  };
}
