import { describe, expect, it } from 'vitest';
import { JsonList } from '../../src/http/json-list.ts';

const broken = () => new Error('broken');
const filler = 'x'.repeat(1_000);
const items = (count: number, more: (at: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, at) => ({ id: `00u${at}`, filler, ...more(at) }));
const listOf = (value: unknown, space?: number) =>
  JsonList.of(
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value, undefined, space)),
    broken,
  );

/** Takes one element and goes. */
function first(list: Iterable<unknown>): number {
  for (const _ of list) return 1;
  return 0;
}

describe('a long list of objects', () => {
  it('gives its elements in order, and says before how many', () => {
    const all = items(200);
    const list = listOf(all);
    expect(list?.expected).toBe(200);
    expect([...(list ?? [])]).toEqual(all);
  });

  it.each([
    ['text that looks like the border of two elements', () => ({ text: '},{"id":"no"},{"id":' })],
    ['quotes and backslashes', () => ({ text: '\\"},{\\"id\\":\\\\"},{"id":"' })],
    ['letters of several bytes', () => ({ text: 'Zoë 😀 },{' })],
    ['other members first in objects inside', () => ({ inner: [{ name: 1 }, { name: 2 }] })],
  ])('with %s is read as JSON.parse reads it', (_, more) => {
    const all = items(100, more);
    expect([...(listOf(all) ?? [])]).toEqual(all);
  });

  it('whose elements hold lists that look the same is read right, though not announced right', () => {
    const all = items(100, (at) => (at === 50 ? { inner: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] } : {}));
    const list = listOf(all);
    expect(list?.expected).toBe(102);
    expect([...(list ?? [])]).toEqual(all);
  });

  it.each([
    ['elements of different shapes', [...items(50), { name: 'x', id: 1 }, ...items(50), 7, null, 'text']],
    ['one element', [{ id: 'x', filler: filler.repeat(100) }]],
  ])('with %s is read right', (_, all) => {
    expect([...(listOf(all) ?? [])]).toEqual(all);
  });

  it('with blanks between its elements is read right', () => {
    const all = items(100);
    expect([...(listOf(JSON.stringify(all).replaceAll('},{', '},\n {')) ?? [])]).toEqual(all);
  });

  it('gives an element only when it is asked for', () => {
    const text = JSON.stringify(items(100));
    const list = listOf(text.replace('"00u50"', '"00u50'));
    const [first] = list ?? [];
    expect(first).toMatchObject({ id: '00u0' });
  });

  it.each([
    ['a quote that is missing', (text: string) => text.replace('"00u50"', '"00u50')],
    ['a brace that is missing', (text: string) => text.replace('},{"id":"00u50"', ',{"id":"00u50"')],
    ['another list behind it', (text: string) => `${text},[]`],
  ])('with %s ends in the error, behind what was whole', (_, damage) => {
    const list = listOf(damage(JSON.stringify(items(100))));
    const seen: unknown[] = [];
    expect(() => {
      for (const one of list ?? []) seen.push(one);
    }).toThrow('broken');
    expect(seen).toEqual(items(100).slice(0, seen.length));
  });

  it.each([
    ['taken', (list: Iterable<unknown>) => [...list].length, 100],
    ['left', first, 1],
  ])('gives the memory of the body back when it was %s', (_, take, count) => {
    const body = Buffer.from(JSON.stringify(items(100)));
    expect(take(JsonList.of(body, broken) ?? [])).toBe(count);
    expect(body.buffer.byteLength).toBe(0);
  });

  it('leaves memory alone that others share', () => {
    const text = JSON.stringify(items(100));
    const shared = Buffer.from(`${text}more`);
    const list = JsonList.of(shared.subarray(0, -4), broken);
    expect([...(list ?? [])]).toHaveLength(100);
    expect(String(shared.subarray(-4))).toBe('more');
  });
});

describe('what is parsed at once', () => {
  it.each([
    ['short', items(3)],
    ['no list', { items: items(100) }],
    ['not of objects', Array.from({ length: 20_000 }, (_, at) => at)],
    ['of lists', [items(100)]],
    ['of empty objects', Array.from({ length: 40_000 }, () => ({}))],
    ['cut off', JSON.stringify(items(100)).slice(0, -1)],
    ['HTML', `<html>${filler.repeat(100)}</html>`],
  ])('a body that is %s', (_, value) => {
    expect(listOf(value)).toBeUndefined();
  });

  it('a list that was laid out for people', () => {
    expect(listOf(items(100), 2)).toBeUndefined();
  });
});
