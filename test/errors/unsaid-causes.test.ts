import { expect, it } from 'vitest';
import { InputError } from '../../src/errors/errors.ts';
import { unsaidCauses } from '../../src/errors/unsaid-causes.ts';

it('leaves out what the message says', () => {
  const causes = ['login: too short', 'email: missing'];
  expect(unsaidCauses(new InputError('The row does not fit: login: too short', { causes }))).toEqual([
    'email: missing',
  ]);
  expect(unsaidCauses(new InputError('The row does not fit', { causes }))).toEqual(causes);
  expect(unsaidCauses(new InputError('The row does not fit'))).toEqual([]);
});

it('F1.7 a cause that was cut is said by the message all the same', () => {
  const cause = 'y'.repeat(3_000);
  const error = new InputError(`x: ${cause}`, { causes: [cause] });
  expect(unsaidCauses(error)).toEqual([]);
});
