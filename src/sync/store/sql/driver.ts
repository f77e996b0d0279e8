import type { Survives } from '../store.ts';

export type Value = string | number | null;

/**
 * One connection to a database. Statements are the same for all databases: parameters are `$1`, `$2`; `page($1)` in a FROM is a
 * JSON array of arrays, with one row for each, whose members are `page.value->>0`, `page.value->>1` as text.
 */
export interface Driver {
  all<T>(sql: string, ...values: Value[]): Promise<T[]>;
  /** @returns how many rows it changed. */
  run(sql: string, ...values: Value[]): Promise<number>;
  /** Makes the index of the groups of a user, if it does not exist. */
  reverse(): Promise<void>;
  transaction<T>(work: () => Promise<T>, survives: Survives): Promise<T>;
  close(): Promise<void>;
}

/** A list of single values for `page`. */
export const listOf = (values: readonly (string | number)[]): string =>
  JSON.stringify([...new Set(values)].map((value) => [value]));

/** Rows that have a number. */
export const numbers = (rows: readonly { n: number }[]): string => listOf(rows.map(({ n }) => n));

/** The ids of a list, and the numbers of a list. */
export const IDS = 'SELECT page.value->>0 FROM page($1)';
export const NUMBERS = 'SELECT CAST(page.value->>0 AS INTEGER) FROM page($1)';

/** The earlier of `due` and a parameter. */
export const earliest = (parameter: string): string =>
  `CASE WHEN due < ${parameter} THEN due ELSE ${parameter} END`;
