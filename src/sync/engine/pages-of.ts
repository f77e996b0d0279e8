/** The pages of a query of the snapshot, in the order of the ids. @param page at most `limit` rows after an id. */
export async function* pagesOf<T extends { id: string }>(
  limit: number,
  page: (limit: number, after: string | undefined) => Promise<T[]>,
): AsyncGenerator<T[], void, undefined> {
  for (let after: string | undefined; ; ) {
    const rows = await page(limit, after);
    if (rows.length > 0) yield rows;
    after = rows.at(-1)?.id;
    if (rows.length < limit) return;
  }
}

/** The same, row by row. */
export async function* rowsOf<T extends { id: string }>(
  ...query: Parameters<typeof pagesOf<T>>
): AsyncGenerator<T, void, undefined> {
  for await (const rows of pagesOf<T>(...query)) yield* rows;
}
