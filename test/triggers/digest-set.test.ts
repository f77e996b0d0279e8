import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DigestSet } from '../../src/triggers/sources/log/digest-set.ts';
import { digestInto } from '../../src/triggers/sources/log/event-digest.ts';

const digestOf = (id: string) => {
  const digest = { first: 0, second: 0 };
  digestInto(digest, id);
  return digest;
};
const digest = (n: number) => digestOf(`id ${n}`);

it('knows what a Set of the same digests knows, whatever comes and goes', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (all) => {
      const [set, model] = [new DigestSet(), new Set<number>()];
      // The same first halves, so that all of them want the same few places.
      const crowded = (n: number) => ({ first: n % 2, second: digest(n).second });
      for (const [adds, n] of all) {
        if (adds) {
          set.add(crowded(n));
          model.add(n);
        } else {
          set.delete(crowded(n));
          model.delete(n);
        }
      }
      for (let n = 0; n <= 40; n++) expect(set.has(crowded(n))).toBe(model.has(n));
    }),
  );
});

it('holds a window over fifty thousand', () => {
  const set = new DigestSet();
  for (let n = 0; n < 50_000; n++) {
    set.add(digest(n));
    if (n >= 10_000) set.delete(digest(n - 10_000));
  }
  for (let n = 0; n < 50_000; n += 7) expect(set.has(digest(n))).toBe(n >= 40_000);
});

/** Uuids that differ in a few neighbouring digits, as those of one second and one machine do. */
const alike = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => {
    const digits = n.toString(16).padStart(5, '0');
    const plain = '5b1f2c3d000011f18000000000000001';
    const all = plain.slice(0, from) + digits + plain.slice(from + digits.length);
    return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join('-');
  });

it.each([0, 14, 27])('gives uuids that differ only from digit %i on digests as if drawn by lot', (from) => {
  const digests = alike(from, 20_000).map(digestOf);
  expect(new Set(digests.map(({ first, second }) => `${first} ${second}`)).size).toBe(20_000);
  for (const half of ['first', 'second'] as const) {
    // Of 20,000 among 2^30, one pair in five tries is expected to have the same half.
    expect(new Set(digests.map((one) => one[half])).size).toBeGreaterThan(19_990);
    for (let bit = 0; bit < 30; bit++) {
      const set = digests.filter((one) => (one[half] >>> bit) & 1).length;
      expect(Math.abs(set - 10_000)).toBeLessThan(600);
    }
  }
});

it('tells apart what only looks like a uuid', () => {
  const uuid = '5b1f2c3d-0000-11f1-8000-00000000000a';
  const others = [
    uuid.toUpperCase(),
    `${uuid} `,
    uuid.replaceAll('-', '_'),
    uuid.replace('a', 'g'),
    '',
    uuid.replace('a', 'ä'),
    uuid.replace('a', 'š'),
  ];
  const all = [uuid, ...others].map(digestOf).map(({ first, second }) => `${first} ${second}`);
  expect(new Set(all).size).toBe(all.length);
});
