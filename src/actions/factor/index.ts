/** In display order. */
export const factorActions = [] as const;
