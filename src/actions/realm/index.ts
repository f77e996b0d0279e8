/** In display order. */
export const realmActions = [] as const;
