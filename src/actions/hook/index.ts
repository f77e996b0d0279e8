/** In display order. */
export const hookActions = [] as const;
