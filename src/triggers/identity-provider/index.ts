import { identityProviderChanged } from './identity-provider-changed.ts';

/** In display order. */
export const identityProviderTriggers = [identityProviderChanged] as const;
