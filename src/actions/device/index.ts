/** In display order. */
export const deviceActions = [] as const;
