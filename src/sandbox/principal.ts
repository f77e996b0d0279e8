import type { LogParty } from './system-log/event.ts';

/** Who calls, and what the presented credential allows. */
export interface Principal {
  actor: LogParty;
  /** The person behind the call; a service app acting for itself has none. */
  userId?: string;
  clientId?: string;
  /** Set for the API token. */
  tokenId?: string;
}
