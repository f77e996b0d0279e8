/** `; did you mean firstName?` when a known name differs only in case; otherwise nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const twin = known.find((one) => one.toLowerCase() === name.toLowerCase());
  return twin === undefined ? '' : `; did you mean ${twin}?`;
}
