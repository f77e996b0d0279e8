import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors/errors.ts';
import { groupIdOf } from '../../src/resources/group/reference.ts';
import { isUserId, userIdOf, userRef } from '../../src/resources/user/reference.ts';
import { contextFactory } from '../../src/session/context.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { answer, rejection, scripted } from '../support/server.ts';

const found = (...items: object[]) => answer(200, { body: items });
const user = (id: string) => ({ id, profile: { login: 'x' } });
const group = (id: string, name: string) => ({ id, profile: { name } });

function context(...answers: Parameters<typeof scripted>) {
  const { send, requests } = scripted(...answers);
  const make = contextFactory({
    orgUrl: 'https://acme.okta.com',
    credential: 'mark',
    send,
    unsigned: send,
    random: randomBytes,
    clock: fakeClock(),
    progress: () => {},
    notice: () => {},
  });
  return {
    context: make({ idempotent: false, writes: false, scopes: [] }),
    queries: () => requests.map((one) => Object.fromEntries(new URL(one.path, 'https://x').searchParams)),
    requests,
  };
}

describe('isUserId', () => {
  it.each(['00u1abcdefghijklmnop', '00uABC', '00u1'])('%s is one', (text) => {
    expect(isUserId(text)).toBe(true);
  });
  it.each(['00user', '00u', 'ana@acme.test', '00g1abc', '00u1/x', 'x00u1', '00u1 ', ''])(
    '%j is none',
    (text) => {
      expect(isUserId(text)).toBe(false);
    },
  );
});

describe('userRef', () => {
  it.each(['00u1abcdefghijklmnop', 'ana@acme.test', 'ana.ruiz', 'ana ruiz', 'a%b', 'me'])(
    '%s stands in the path as it is, without a look-up',
    async (reference) => {
      const { context: one, requests } = context();
      expect(await userRef(one, reference)).toBe(reference);
      expect(requests).toHaveLength(0);
    },
  );

  it.each(['ACME/ana', 'ana?x', 'ACME\\ana', 'ana;b', 'a#b'])(
    '%s is looked up by login',
    async (reference) => {
      const { context: one, queries } = context(found(user('00u1')));
      expect(await userRef(one, reference)).toBe('00u1');
      const value = reference.replaceAll('\\', '\\\\');
      expect(queries()).toEqual([{ filter: `profile.login eq "${value}"`, limit: '2' }]);
    },
  );

  it('a quote in a login stays inside its literal', async () => {
    const { context: one, queries } = context(found(user('00u1')));
    await userRef(one, 'a/" or status eq "ACTIVE');
    expect(queries()[0]?.filter).toBe('profile.login eq "a/\\" or status eq \\"ACTIVE"');
  });

  it('asks the search, which knows no capitals, when live data has nobody', async () => {
    const { context: one, queries } = context(found(), found(user('00u2')));
    expect(await userRef(one, 'acme/ANA')).toBe('00u2');
    expect(queries().map((query) => Object.keys(query)[0])).toEqual(['filter', 'search']);
  });

  it('says not_found when nobody has the login, without repeating it', async () => {
    const { context: one } = context(found());
    const error = await rejection(userRef(one, 'acme/ana'));
    expect(error).toMatchObject({ code: 'not_found', actor: 'caller', message: 'No user has this login' });
    expect(JSON.stringify(error)).not.toContain('acme/ana');
  });

  it.each(['.', '..', '../groups', 'a/../b', 'a\\..\\b', './x', 'x/.'])(
    'refuses %s without a request',
    async (reference) => {
      const { context: one, requests } = context(found(user('00u1')));
      expect(await rejection(userRef(one, reference))).toBeInstanceOf(InputError);
      expect(requests).toHaveLength(0);
    },
  );
});

describe('userIdOf', () => {
  it('is the reference itself when it is an id', async () => {
    const { context: one, requests } = context();
    expect(await userIdOf(one, '00u1abc')).toBe('00u1abc');
    expect(requests).toHaveLength(0);
  });

  it('is read from the user behind a login', async () => {
    const { context: one, requests } = context(answer(200, { body: user('00u7') }));
    expect(await userIdOf(one, 'ana@acme.test')).toBe('00u7');
    expect(requests[0]).toMatchObject({
      path: '/api/v1/users/ana%40acme.test',
      template: '/api/v1/users/{userId}',
    });
  });

  it('is what was looked up, for a login that no path can carry', async () => {
    const { context: one, requests } = context(found(user('00u8')));
    expect(await userIdOf(one, 'acme/ana')).toBe('00u8');
    expect(requests).toHaveLength(1);
  });
});

describe('groupIdOf', () => {
  it('is the reference itself when it is an id', async () => {
    const { context: one, requests } = context();
    expect(await groupIdOf(one, '00g1abc')).toBe('00g1abc');
    expect(requests).toHaveLength(0);
  });

  it('is found by its exact name, not by its beginning', async () => {
    const { context: one, queries } = context(found(group('00g1', 'Sales EMEA'), group('00g2', 'Sales')));
    expect(await groupIdOf(one, 'Sales')).toBe('00g2');
    expect(queries()).toEqual([{ search: 'profile.name eq "Sales"', limit: '20' }]);
  });

  it('is looked for in live data when the search does not know it yet', async () => {
    const { context: one, queries } = context(
      found(group('00g1', 'sales')),
      found(group('00g3', 'Sales'), group('00g4', 'Sales 2')),
    );
    expect(await groupIdOf(one, 'Sales')).toBe('00g3');
    expect(queries()[1]).toEqual({ q: 'Sales', limit: '300' });
  });

  it('several of the same name are never guessed at', async () => {
    const { context: one } = context(found(group('00g1', 'Sales'), group('00g2', 'Sales')));
    const error = await rejection<InputError>(groupIdOf(one, 'Sales'));
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toBe('2 groups have this name: 00g1, 00g2');
  });

  it('none is not_found', async () => {
    const { context: one, requests } = context(found(), found(group('00g1', 'Salesforce'), { id: '00g2' }));
    expect(await rejection(groupIdOf(one, 'Sales'))).toMatchObject({
      code: 'not_found',
      message: 'No group has this exact name: Sales',
    });
    expect(requests).toHaveLength(2);
  });

  it.each(['00group', 'a"b', '../x'])('%s is a name like any other', async (name) => {
    const { context: one } = context(found(group('00g5', name)));
    expect(await groupIdOf(one, name)).toBe('00g5');
  });
});
