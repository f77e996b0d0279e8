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

describe('the ids of a long list', () => {
  const idOf = (at: number) => `00u${String(at).padStart(17, '0')}`;
  /** As Okta lists users: the last member is a link that ends with the id. */
  const users = (more: (at: number) => object = () => ({})) =>
    Array.from({ length: 100 }, (_, at) => ({
      ...{ id: idOf(at), filler, ...more(at) },
      _links: { self: { href: `https://acme.okta.com/api/v1/users/${idOf(at)}` } },
    }));

  it.each([
    ['nothing else', () => ({})],
    ['letters of several bytes', () => ({ text: 'Zoë 😀 },{' })],
    ['text that looks like the border of two users', (at: number) => ({ text: `${idOf(at)}"}}},{"id":"` })],
    ['lists inside', () => ({ inner: [{ name: 1 }, { name: 2 }] })],
  ])('are found without parsing, and each user by its place: with %s', (_, more) => {
    const all = users(more);
    const found = listOf(all)?.identified();
    expect(found?.ids).toEqual(all.map(({ id }) => id));
    expect(found?.element(50)).toEqual(all[50]);
  });

  const odd = (change: (all: Record<string, unknown>[]) => void) => {
    const all: Record<string, unknown>[] = users();
    change(all);
    return all;
  };
  it.each([
    ['no link at the end', items(100)],
    [
      'a list inside that looks the same',
      users((at) => (at === 50 ? { inner: [{ id: 'a' }, { id: 'b' }] } : {})),
    ],
    [
      'a list of others inside',
      users((at) => (at === 50 ? { inner: [{ id: idOf(7) }, { id: idOf(8) }] } : {})),
    ],
    ['one id of another length', odd((all) => all.splice(50, 1, { ...all[50], id: '00u' }))],
    ['one link of another user', odd((all) => all.splice(50, 1, { ...all[50], _links: all[51]?._links }))],
    ['one user without links', odd((all) => delete all[50]?._links)],
    ['one that is no object', odd((all) => all.splice(50, 1, 7 as never))],
    ['an id that is a number', odd((all) => all.splice(0, 1, { ...all[0], id: 1 }))],
  ])('are not guessed: with %s the list is parsed instead', (_, all) => {
    const list = listOf(all);
    expect(list?.identified()).toBeUndefined();
    expect([...(list ?? [])]).toEqual(all);
  });

  it('are kept when the body is released, twice', () => {
    const list = listOf(users());
    const found = list?.identified();
    list?.release();
    list?.release();
    expect(found?.ids).toHaveLength(100);
    expect(() => found?.element(0)).toThrow('broken');
  });
});
