import type { LogParty } from './system-log/event.ts';

/** The caller, as identified by the presented credential. */
export interface Principal {
  actor: LogParty;
  /** The signed-in user; undefined for a service app that acts on its own behalf. */
  userId?: string;
  clientId?: string;
  /** Set for the API token. */
  tokenId?: string;
}
