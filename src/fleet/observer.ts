import type { RequestLogEntry } from '../http/request-log.ts';

/** What is counted of the runs of a worker. */
export interface PollObserver {
  /**
   * A run ended. `outcome`: ok, more, put_off (nothing was asked of Okta), retry, parked, lost or synced. `lagSeconds`: undefined for
   * one that a delivery woke before its time.
   */
  ran(run: { outcome: PollOutcome; seconds: number; lagSeconds: number | undefined; items: number }): void;
  failed(code: string): void;
  /** A sink refused an item for good. */
  setAside?(): void;
  /** A request to Okta ended. */
  requested?(entry: RequestLogEntry, orgUrl: string): void;
  /** Used part of an org's rate limit, 0 to 1. */
  budgeted?(ratio: number): void;
}

export type PollOutcome = 'ok' | 'more' | 'put_off' | 'retry' | 'parked' | 'lost' | 'synced';
