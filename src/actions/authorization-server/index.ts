import { createClaim } from './create-claim.ts';
import { listAuthorizationServers } from './list-authorization-servers.ts';
import { listClaims } from './list-claims.ts';

/** In display order. */
export const authorizationServerActions = [listAuthorizationServers, listClaims, createClaim] as const;
