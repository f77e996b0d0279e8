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
