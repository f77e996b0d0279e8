/** In display order. */
export const governanceActions = [] as const;
