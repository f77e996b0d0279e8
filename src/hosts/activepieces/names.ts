/** Name of the npm package. */
export const PIECE = 'piece-okta';
