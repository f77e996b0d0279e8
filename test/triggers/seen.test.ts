import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Seen } from '../../src/triggers/sources/log/seen.ts';

const CAPACITY = 10_000;

describe('the window of delivered events', () => {
  it('knows what was added, also after it was stored and read again', () => {
    const seen = new Seen();
    seen.add('a');
    expect([seen.has('a'), seen.has('b')]).toEqual([true, false]);
    const again = new Seen(JSON.parse(JSON.stringify(seen.list())));
    expect([again.has('a'), again.has('b')]).toEqual([true, false]);
  });

  it('stores no id as it is, in a dozen bytes each', () => {
    const seen = new Seen();
    seen.add('5b1f2c3d-0000-11f1-8000-000000000001');
    expect(seen.list().join()).toMatch(/^\.[\w-]{10}$/);
  });

  it('holds ten thousand and forgets the oldest first', () => {
    const seen = new Seen();
    for (let i = 0; i < CAPACITY + 3; i++) seen.add(`id ${i}`);
    expect(seen.list()).toHaveLength(CAPACITY);
    expect([0, 1, 2, 3].map((i) => seen.has(`id ${i}`))).toEqual([false, false, false, true]);
    expect(seen.has(`id ${CAPACITY + 2}`)).toBe(true);
  });

  it('goes on in the same order after it was stored', () => {
    const seen = new Seen();
    for (let i = 0; i < CAPACITY; i++) seen.add(`id ${i}`);
    const again = new Seen(seen.list());
    again.add('one more');
    expect([again.has('id 0'), again.has('id 1'), again.has('one more')]).toEqual([false, true, true]);
  });

  it('knows all of it, in the same order, when it was stored in blocks', () => {
    for (const count of [1, 999, 1_000, 2_500, CAPACITY, CAPACITY + 3, CAPACITY + 1_500, 3 * CAPACITY]) {
      const seen = new Seen();
      for (let i = 0; i < count; i++) seen.add(`id ${i}`);
      const again = new Seen(JSON.parse(JSON.stringify(seen.blocks())));
      expect(again.list()).toEqual(seen.list());
      expect(seen.blocks().join('').length).toBeLessThan((CAPACITY + 1_000) * 11);
      again.add('one more');
      seen.add('one more');
      expect(again.list()).toEqual(seen.list());
    }
  });

  it('counts an id once', () => {
    const seen = new Seen();
    for (let i = 0; i < 3; i++) seen.add('same');
    expect(seen.list()).toHaveLength(1);
  });

  it('knows the digests of 0.1.0, each stored once with those that came later, until they are forgotten', () => {
    const old = (id: string) => hash('sha256', id, 'base64url').slice(0, 11);
    for (const stored of [
      Array.from({ length: 2_500 }, (_, i) => old(`id ${i}`)),
      [0, 1_000, 2_000].map((from) =>
        Array.from({ length: from === 2_000 ? 500 : 1_000 }, (_, i) => old(`id ${from + i}`)).join(''),
      ),
    ]) {
      const seen = new Seen(stored);
      expect([seen.has('id 0'), seen.has('id 2499'), seen.has('id 2500')]).toEqual([true, true, false]);
      seen.add('id 7');
      for (let i = 2_500; i < CAPACITY; i++) seen.add(`id ${i}`);
      const again = new Seen(JSON.parse(JSON.stringify(seen.blocks())));
      for (const one of [seen, again]) {
        expect(one.list()).toHaveLength(CAPACITY);
        expect(one.list().slice(0, 2_500)).toEqual(stored.join('').match(/.{11}/g));
        for (let i = CAPACITY; i < CAPACITY + 2_500; i++) one.add(`id ${i}`);
        expect([one.has('id 2499'), one.has('id 2500')]).toEqual([false, true]);
        expect(one.list().every((digest) => digest.startsWith('.'))).toBe(true);
      }
    }
  });
});
