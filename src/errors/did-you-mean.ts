/** `; did you mean firstName?` when a known name is close enough to be meant; otherwise nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/**
 * The known name closest to a mistyped one: by edit distance regardless of case and of `-` for `_`, otherwise the first
 * that continues it (`suspend` is `suspend_user`). Undefined when none is close.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const typed = plain(name);
  const limit = Math.max(1, Math.floor(typed.length / 4));
  let best: string | undefined;
  let least = limit + 1;
  for (const one of known) {
    const other = plain(one);
    if (Math.abs(other.length - typed.length) >= least) continue;
    const distance = editDistance(typed, other);
    if (distance < least) [best, least] = [one, distance];
  }
  return best ?? (typed.length > 2 ? known.find((one) => plain(one).startsWith(typed)) : undefined);
}

const plain = (name: string) => name.toLowerCase().replaceAll('-', '_');

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let [before, row]: number[][] = [[], Array.from({ length: to.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      const at = (list: number[] | undefined, index: number) => list?.[index] ?? Number.POSITIVE_INFINITY;
      next[j] = Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + same);
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) next[j] = Math.min(at(next, j), at(before, j - 2) + 1);
    }
    [before, row] = [row ?? [], next];
  }
  return row?.[to.length] ?? 0;
}
