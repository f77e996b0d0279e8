/** In display order. */
export const roleActions = [] as const;
