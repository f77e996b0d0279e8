/** In display order. */
export const identityProviderActions = [] as const;
