import type { OktaError } from '../errors/errors.ts';

/** The result of one row. */
export interface BulkResult<O = unknown> {
  /** Position in the input, from 1, not counting the header of a CSV file. */
  row: number;
  /** `userId` or `profile.login` of the input, to find the row again. */
  key?: string;
  /**
   * `ok`: done. `error`: not done, or safe to repeat; the next run with `--resume` does. `unknown`: it may have been done,
   * and doing it twice may do harm, so no run repeats it.
   */
  status: 'ok' | 'error' | 'unknown';
  /** False when Okta was already in the desired state. */
  changed?: boolean;
  /** The action's output. */
  output?: O;
  error?: OktaError;
  /** The row failed in an earlier run too; it does not count towards the error limit again. */
  retried?: true;
  /** In a dry run: the withheld write. */
  would?: Would;
  /** In a dry run: how many requests the row takes, by rate-limit bucket. */
  calls?: Record<string, number>;
  /** Fingerprint of the row's input; only with a journal. */
  hash?: string;
}

/** The write that a dry run withheld; the first if there are several. */
export interface Would {
  method: string;
  /** With placeholders, like `/api/v1/groups/{groupId}/users/{userId}`. */
  path: string;
  /** For an update: the attributes whose value would change. */
  differs?: string[];
}

/** Record of started rows, so that a killed run can be resumed. */
export interface BulkJournal {
  /**
   * Secret key of the row hashes, the same for all runs of the same rows: readers of the results must not be able to test
   * passwords against them.
   */
  key: string;
  /** What is known about a row from an earlier run. @throws InputError when its input has changed since. */
  seen(row: number, hash: string): 'done' | 'started' | 'failed' | undefined;
  /** Resolves when the start of the row is safely recorded. Called for rows that must not be done twice. */
  started(row: number, hash: string): Promise<void>;
}

/** Maximum number of failed rows, or a share of them like `10%`. */
export type ErrorLimit = number | `${number}%`;
