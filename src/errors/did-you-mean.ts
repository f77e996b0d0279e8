/** `; did you mean firstName?` where a known name differs in upper and lower case alone; else nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const twin = known.find((one) => one.toLowerCase() === name.toLowerCase());
  return twin === undefined ? '' : `; did you mean ${twin}?`;
}
