/** In display order. */
export const zoneActions = [] as const;
