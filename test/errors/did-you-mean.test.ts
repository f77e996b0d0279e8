import { describe, expect, it } from 'vitest';
import { parseInput } from '../../src/actions/run.ts';
import { actionOf, connector } from '../../src/connector.ts';
import { didYouMean, nearest } from '../../src/errors/did-you-mean.ts';

const keys = connector.actions.map(({ key }) => key);

describe('G.9 the nearest name', () => {
  it.each([
    ['creat_user', 'create_user'],
    ['create_users', 'create_user'],
    ['craete-user', 'create_user'],
    ['GET_USER', 'get_user'],
    ['list_group_membres', 'list_group_members'],
    ['suspend', 'suspend_user'],
    ['reset_passwrd', 'reset_password'],
    ['call', 'call_api'],
  ])('of %s is %s', (typed, meant) => {
    expect(nearest(typed, keys)).toBe(meant);
    expect(() => actionOf(typed)).toThrow(expect.objectContaining({ hint: `Did you mean ${meant}?` }));
  });

  it.each(['xyz', '', 'make_coffee_now', 'us'])('of %j is none', (typed) => {
    expect(nearest(typed, keys)).toBeUndefined();
    expect(didYouMean(typed, keys)).toBe('');
  });

  it.each([
    ['get_user', { userID: 'x' }, '"userID"; did you mean userId?'],
    ['get_user', { userid: 'x', other: 1 }, '"userid"; did you mean userId?, "other"'],
    ['add_user_to_group', { userId: 'x', gruopId: 'y' }, '"gruopId"; did you mean groupId?'],
    [
      'create_user',
      { profile: { login: 'a@b.c' }, credentials: { passwort: {} } },
      'credentials: Unrecognized key: "passwort"; did you mean password?',
    ],
  ])('of an input of %s is told: %j', (key, input, told) => {
    expect(() => parseInput(actionOf(key), input)).toThrow(
      expect.objectContaining({ causes: expect.arrayContaining([expect.stringContaining(told)]) }),
    );
  });
});
