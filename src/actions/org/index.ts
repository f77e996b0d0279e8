import { listAuthenticators } from './list-authenticators.ts';

/** In display order. */
export const orgActions = [listAuthenticators] as const;
