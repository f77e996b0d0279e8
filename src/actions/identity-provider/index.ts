import { activateIdp } from './activate-idp.ts';
import { deactivateIdp } from './deactivate-idp.ts';
import { listIdps } from './list-idps.ts';

/** In display order. */
export const identityProviderActions = [listIdps, activateIdp, deactivateIdp] as const;
