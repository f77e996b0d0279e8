import type { Change, Row } from '../change.ts';

/** Why a target did not take a change. */
export interface ChangeRefusal {
  /** Id of the change. */
  id: string;
  message: string;
  /** As an OktaError has it: `target_refused`, `already_exists`. */
  code: string;
  /** True if trying again later can help; the change is then repeated with growing pauses, else when it changes. */
  retryable: boolean;
}

/** What the target was told: the mirror, row by row, each call from the first one. */
export interface Mirror {
  /** In the order of their ids. */
  users(): AsyncIterable<Row>;
  groups(): AsyncIterable<Row>;
  /** `groupId` and `userId`. */
  memberships(): AsyncIterable<Row>;
  /** `userId`, `type` and `value`. */
  assignments(): AsyncIterable<Row>;
}

/** Where changes go. */
export interface Target {
  /** Largest batch that `apply` takes. */
  batch: number;
  /**
   * Applies changes in order. A batch can come again with the same ids after a kill; it then has no further effect.
   * @returns the changes that were refused, each with its reason; the others are applied.
   * @throws OktaError when the target as a whole cannot be used now; nothing is lost, the batch comes again.
   */
  apply(changes: readonly Change[], signal?: AbortSignal): Promise<ChangeRefusal[]>;
  /** All changes of this run are applied, so that the mirror is what Okta has. */
  end?(mirror: Mirror): Promise<void>;
  close?(): Promise<void>;
}
