import type { OktaError } from '../errors/errors.ts';

/** What became of one row. */
export interface BulkResult<O = unknown> {
  /** Place in the input, from 1; the header of a CSV file does not count. */
  row: number;
  /** `userId` or `profile.login` of the input, to find the row again. */
  key?: string;
  /**
   * `ok`: done. `error`: not done, or safe to do again; the next run with `--resume` does. `unknown`: it may have been
   * done and doing it twice may do harm, so no run does it again.
   */
  status: 'ok' | 'error' | 'unknown';
  /** False when Okta was in the wanted state already. */
  changed?: boolean;
  /** What the action answered. */
  output?: O;
  error?: OktaError;
  /** The row had failed in an earlier run. Failing again, it does not count towards the limit of errors. */
  retried?: true;
  /** In a dry run: the write that was held back. */
  would?: Would;
  /** In a dry run: how many requests the row takes, by rate-limit bucket. */
  calls?: Record<string, number>;
  /** What the input of the row can be known again by; with a journal only. */
  hash?: string;
}

/** A write that a dry run has held back; where it takes more than one, the first. */
export interface Would {
  method: string;
  /** With placeholders, like `/api/v1/groups/{groupId}/users/{userId}`. */
  path: string;
  /** For an update of a user: the attributes whose value would change. */
  differs?: string[];
}

/** Where a run that may be killed writes down what it begins. */
export interface BulkJournal {
  /**
   * A secret, the same for all runs of the same rows, which their hashes are made with: whoever reads the results must
   * not be able to try passwords against them.
   */
  key: string;
  /** What is known of a row from an earlier run. @throws InputError when its input was another one then. */
  seen(row: number, hash: string): 'done' | 'started' | 'failed' | undefined;
  /** Ends when it is written safely that the row is begun. Called for rows that must not be done twice. */
  started(row: number, hash: string): Promise<void>;
}

/** How many errors are too many: a number of rows, or a share like `10%` of them. */
export type ErrorLimit = number | `${number}%`;
