/** The global of this name: zod keeps its settings in it, here for this package alone. */
const own = {};

export { own as globalThis };
