/** Stands in for `globalThis`, where zod keeps its settings, so that they apply to this package only. */
const own = {};

export { own as globalThis };
