import { describe, expect, it } from 'vitest';
import { HeldLists } from '../../../src/hosts/mcp/held-lists.ts';

/** Numbers without end; `until` stops them, as a request to Okta would be. */
async function* numbers(signal: AbortSignal, count = { read: 0 }) {
  for (let n = 0; ; n += 1) {
    signal.throwIfAborted();
    count.read += 1;
    yield n;
    await Promise.resolve();
  }
}

const all = (items: unknown[]) => items.length;
const cursorAt = async (lists: HeldLists, n: number) => {
  const { signal } = new AbortController();
  const { cursor = '' } = await lists.page('list', undefined, 1, (own) => numbers(own), { signal }, all);
  const { d } = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  return Buffer.from(JSON.stringify({ d, n, i: 'of another process' })).toString('base64url');
};

describe('L1 cursors of lists', () => {
  it('a cursor of another process goes on where it was, and a wrong number is no harm', async () => {
    const lists = new HeldLists();
    const { signal } = new AbortController();
    for (const [n, first] of [
      [3, 3],
      [0, 0],
      [-7, 0],
    ] as const) {
      const cursor = await cursorAt(lists, n);
      const { items } = await lists.page('list', cursor, 2, (own) => numbers(own), { signal }, all);
      expect(items).toEqual([first, first + 1]);
    }
    lists.close();
  });

  it('a cancelled call also stops the reading up to its cursor', async () => {
    const lists = new HeldLists();
    const cursor = await cursorAt(lists, Number.MAX_SAFE_INTEGER);
    const cancel = new AbortController();
    const count = { read: 0 };
    const page = lists.page('list', cursor, 2, (own) => numbers(own, count), cancel, all);
    while (count.read < 100) await Promise.resolve();
    cancel.abort(new Error('cancelled'));
    await expect(page).rejects.toThrow('cancelled');
    lists.close();
  });
});
