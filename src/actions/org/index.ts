/** In display order. */
export const orgActions = [] as const;
