import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isList, parseInput, runAction, streamAction } from '../../src/actions/run.ts';
import type { ActionDefinition } from '../../src/define.ts';
import { InputError } from '../../src/errors/errors.ts';
import { group } from '../../src/resources/group/resource.ts';
import { ref } from '../../src/resources/reference.ts';
import { user } from '../../src/resources/user/resource.ts';
import { contextFactory } from '../../src/session/context.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { answer, rejection, scripted } from '../support/server.ts';

const ORG = 'https://acme.okta.com';
const effect = { kind: 'write', idempotent: false, destructive: false } as const;

const action = (parts: Partial<ActionDefinition>): ActionDefinition => ({
  key: 'do_it',
  resource: user,
  title: '',
  description: '',
  docsUrl: '',
  scopes: [],
  effect,
  input: z.strictObject({ userId: ref(user), n: z.number().default(3) }),
  output: z.unknown(),
  sample: { input: {}, output: {} },
  ...parts,
});

function contextOf(...answers: Parameters<typeof scripted>) {
  const { send, requests } = scripted(...answers);
  const make = contextFactory({
    orgUrl: ORG,
    credential: 'mark',
    send,
    unsigned: send,
    random: randomBytes,
    clock: fakeClock(),
    progress: () => {},
    notice: () => {},
  });
  return { context: make({ idempotent: false, writes: false, scopes: [] }), requests };
}

describe('parseInput', () => {
  it('fills in defaults', () => {
    expect(parseInput(action({}), { userId: 'a' })).toEqual({ userId: 'a', n: 3 });
  });

  it.each([{}, { userId: 's3cr3t', typo: 's3cr3t' }, { userId: 7 }, 's3cr3t', null, undefined, []])(
    'refuses %j, naming fields and the action, not values',
    (input) => {
      let error: unknown;
      try {
        parseInput(action({}), input);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).causes.length).toBeGreaterThan(0);
      expect((error as InputError).message).toContain('do_it');
      expect(JSON.stringify(error)).not.toContain('s3cr3t');
    },
  );
});

describe('what an action is', () => {
  it('is a list with a stream or a page size', () => {
    expect(isList(action({}))).toBe(false);
    expect(isList(action({ request: { method: 'GET', path: '/x' } }))).toBe(false);
    expect(isList(action({ request: { method: 'GET', path: '/x', pageSize: 200 } }))).toBe(true);
    expect(isList(action({ stream: async function* () {} }))).toBe(true);
  });
});

describe('runAction', () => {
  it('with a request: inputs go to path, query, body and headers by name', async () => {
    const { context, requests } = contextOf(answer(200, { body: { id: '00u1' } }));
    const one = action({
      request: {
        method: 'POST',
        path: '/api/v1/users/{userId}/x/{other}',
        query: ['strict'] as never[],
        body: ['profile'] as never[],
        headers: (input) => ({ 'If-Match': String((input as { etag: string }).etag) }),
      },
    });
    const input = { userId: 'ana@acme.test', other: 'o', strict: true, profile: { a: null }, etag: '"1"' };
    expect(await runAction(one, context, input)).toEqual({ id: '00u1' });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/users/ana%40acme.test/x/o?strict=true',
      template: '/api/v1/users/{userId}/x/{other}',
      body: { profile: { a: null } },
      headers: { 'If-Match': '"1"' },
    });
  });

  it('computes query and body, and shapes the answer', async () => {
    const { context, requests } = contextOf(answer(200, { body: [1, 2] }));
    const one = action({
      request: {
        ...{ method: 'POST', path: '/x', query: () => ({ a: 1 }), body: () => ({ b: 2 }) },
        answer: () => z.array(z.number()),
      },
      result: (body, input) => ({ body, input }),
    });
    expect(await runAction(one, context, { n: 1 })).toEqual({ body: [1, 2], input: { n: 1 } });
    expect(requests[0]).toMatchObject({ path: '/x?a=1', body: { b: 2 } });
  });

  it('has no body where the request names none', async () => {
    const { context, requests } = contextOf(answer(204));
    expect(await runAction(action({ request: { method: 'POST', path: '/x' } }), context, {})).toBeUndefined();
    expect(requests[0]?.body).toBeUndefined();
  });

  it('looks up a group by name for {groupId}', async () => {
    const { context, requests } = contextOf(
      answer(200, { body: [{ id: '00g7', profile: { name: 'Sales' } }] }),
      answer(204),
    );
    await runAction(
      action({
        input: z.strictObject({ groupId: ref(group) }),
        request: { method: 'DELETE', path: '/api/v1/groups/{groupId}' },
      }),
      context,
      {
        groupId: 'Sales',
      },
    );
    expect(requests[1]?.path).toBe('/api/v1/groups/00g7');
  });

  it.each(['..', '../groups', 'a/../../x'])('never leaves its route for %s', async (userId) => {
    const { context, requests } = contextOf(answer(200));
    const one = action({ request: { method: 'GET', path: '/api/v1/users/{userId}' } });
    expect(await rejection(runAction(one, context, { userId }))).toBeInstanceOf(InputError);
    expect(requests).toHaveLength(0);
  });

  // String(undefined) would become the id "undefined".
  it('sends nothing when an input of the path is missing', async () => {
    const { context } = contextOf(answer(204));
    const one = action({ request: { method: 'DELETE', path: '/api/v1/apps/{appId}' } });
    expect(await rejection(runAction(one, context, {}))).toBeInstanceOf(InputError);
  });

  it('with run: hands over context and input', async () => {
    const { context } = contextOf();
    expect(
      await runAction(action({ run: async (given, input) => [given === context, input] }), context, { n: 1 }),
    ).toEqual([true, { n: 1 }]);
  });
});

describe('lists', () => {
  const users = action({ request: { method: 'GET', path: '/api/v1/users', pageSize: 200 } });
  const two = () => [
    answer(200, { headers: { link: `<${ORG}/api/v1/users?after=2>; rel="next"` }, body: [1, 2] }),
    answer(200, { body: [3] }),
  ];

  it.each([
    [undefined, '200', [1, 2, 3]],
    [2, '2', [1, 2]],
    [500, '200', [1, 2, 3]],
  ])('with a limit of %s ask for pages of %s', async (limit, size, items) => {
    const { context, requests } = contextOf(...two());
    expect(await runAction(users, context, { limit })).toEqual(items);
    expect(new URL(requests[0]?.path ?? '', ORG).searchParams.get('limit')).toBe(size);
  });

  it('can be had item by item', async () => {
    const { context, requests } = contextOf(...two());
    const items = streamAction(users, context, {});
    expect((await items.next()).value).toBe(1);
    expect(requests).toHaveLength(1);
    await items.return(undefined);
  });

  it('of their own making too', async () => {
    const { context } = contextOf();
    const own = action({
      async *stream(_, input) {
        yield input;
        yield 2;
      },
    });
    expect(await runAction(own, context, 1)).toEqual([1, 2]);
  });
});
