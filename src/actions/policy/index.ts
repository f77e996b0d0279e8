/** In display order. */
export const policyActions = [] as const;
