import type { HookFilter } from '../define.ts';

/** What is known of the hook of a trigger. */
export interface Hooked {
  /** What Okta was to have when it was looked at last. */
  wanted: string;
  /** When that was, milliseconds since the epoch. */
  at: number;
  /** Why Okta does not have it. */
  problem?: string;
}

/** What an instant trigger has beside its polling. */
export interface InstantTrigger {
  /** What its position, and its hook, belong to. */
  origin: string;
  hooked: Hooked | undefined;
  filter: () => Promise<HookFilter>;
}
