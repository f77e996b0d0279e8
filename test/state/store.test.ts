import { describe, expect, it } from 'vitest';
import { jsonFileStore } from '../../src/state/json-file.ts';
import { sqliteFileStore } from '../../src/state/sqlite-file.ts';
import { memoryStateStore } from '../../src/state/store.ts';
import { useFolder } from './support.ts';

const path = useFolder();
let count = 0;
const fresh = () => path(`${++count}.json`);

describe.each([
  ['in memory', (now?: () => number) => memoryStateStore(now)],
  ['in a JSON file', (now?: () => number) => jsonFileStore(fresh(), now)],
  ['in a SQLite file', (now?: () => number) => sqliteFileStore(fresh(), now)],
])('state %s', (_, make) => {
  it('is empty at first, and holds what was written', async () => {
    const store = make();
    expect(await store.get('a')).toBeUndefined();
    expect(await store.compareAndSet('a', undefined, 'one')).toBe(true);
    expect(await store.get('a')).toBe('one');
    expect(await store.get('b')).toBeUndefined();
  });

  it('is written only over what was expected', async () => {
    const store = make();
    expect(await store.compareAndSet('a', 'other', 'x')).toBe(false);
    await store.compareAndSet('a', undefined, 'one');
    expect(await store.compareAndSet('a', undefined, 'x')).toBe(false);
    expect(await store.compareAndSet('a', 'other', 'x')).toBe(false);
    expect(await store.get('a')).toBe('one');
    expect(await store.compareAndSet('a', 'one', 'two')).toBe(true);
    expect(await store.get('a')).toBe('two');
  });

  it('lets exactly one of many writers win', async () => {
    const store = make();
    const wins = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.compareAndSet('a', undefined, `writer ${i}`)),
    );
    expect(wins.filter(Boolean)).toHaveLength(1);
    expect(await store.get('a')).toBe(`writer ${wins.indexOf(true)}`);
  });

  it('forgets a key when its time is over, and none before', async () => {
    let now = 1_000;
    const store = make(() => now);
    await store.compareAndSet('short', undefined, 'x', 100);
    await store.compareAndSet('long', undefined, 'y');
    now = 1_099;
    expect(await store.get('short')).toBe('x');
    now = 1_100;
    expect(await store.get('short')).toBeUndefined();
    expect(await store.compareAndSet('short', 'x', 'z')).toBe(false);
    expect(await store.compareAndSet('short', undefined, 'z')).toBe(true);
    now = Number.MAX_SAFE_INTEGER;
    expect([await store.get('short'), await store.get('long')]).toEqual(['z', 'y']);
  });

  it('keeps any text, under any key', async () => {
    const store = make();
    const text = '{"a":"\\" \u2028 😀"}\n';
    for (const key of ['a@b', 'ключ', 'a b/c\\d', '']) {
      await store.compareAndSet(key, undefined, text);
      expect(await store.get(key)).toBe(text);
    }
  });
});
