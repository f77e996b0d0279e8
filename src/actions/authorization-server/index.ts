/** In display order. */
export const authorizationServerActions = [] as const;
