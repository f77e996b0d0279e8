import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DigestSet } from '../../src/triggers/sources/log/digest-set.ts';

const digest = (n: number) => hash('sha256', `id ${n}`, 'base64url').slice(0, 11);

it('knows what a Set of the same digests knows, whatever comes and goes', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (all) => {
      const [set, model] = [new DigestSet(), new Set<string>()];
      // The same first signs, so that all of them want the same few places.
      const crowded = (n: number) => `AAAB${'CD'[n % 2]}${digest(n).slice(5)}`;
      for (const [adds, n] of all) {
        const one = crowded(n);
        if (adds) {
          set.add(one);
          model.add(one);
        } else {
          set.delete(one);
          model.delete(one);
        }
      }
      for (let n = 0; n <= 40; n++) expect(set.has(crowded(n))).toBe(model.has(crowded(n)));
    }),
  );
});

it('holds a window over a hundred thousand', () => {
  const set = new DigestSet();
  for (let n = 0; n < 100_000; n++) {
    set.add(digest(n));
    if (n >= 10_000) set.delete(digest(n - 10_000));
  }
  for (let n = 0; n < 100_000; n += 7) expect(set.has(digest(n))).toBe(n >= 90_000);
});
