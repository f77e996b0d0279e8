import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { InputError, RateLimitError } from '../../src/errors/errors.ts';
import type { HttpResponse } from '../../src/http/types.ts';
import { acknowledged, identified } from '../../src/resources/answers.ts';
import { user } from '../../src/resources/user/resource.ts';
import { contextFactory } from '../../src/session/context.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { answer, rejection, scripted } from '../support/server.ts';

const ORG = 'https://acme.okta.com';
const page = (items: unknown, next?: string) =>
  answer(200, { headers: next ? { link: `<${ORG}${next}>; rel="next"` } : {}, body: items });

function contextOf(
  answers: Parameters<typeof scripted>,
  run: { idempotent?: boolean; signal?: AbortSignal; progress?: (message: string) => void } = {},
) {
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
  return {
    context: make({ idempotent: false, writes: true, scopes: ['okta.users.read'], ...run }),
    make,
    requests,
  };
}

describe('call', () => {
  it('fills the path, encodes the query and keeps the template for logs', async () => {
    const { context, requests } = contextOf([answer(200, { body: {} })]);
    await context.call({
      method: 'POST',
      path: '/api/v1/users/{userId}/lifecycle/deactivate',
      params: { userId: 'ana@acme.test' },
      query: { sendEmail: false, search: 'a "b" & c', none: undefined },
      body: { a: 1 },
      headers: { 'If-Match': '"1"' },
    });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/users/ana%40acme.test/lifecycle/deactivate?sendEmail=false&search=a%20%22b%22%20%26%20c',
      template: '/api/v1/users/{userId}/lifecycle/deactivate',
      body: { a: 1 },
      headers: { 'If-Match': '"1"' },
      scopes: ['okta.users.read'],
    });
  });

  it.each([
    ['GET', false, undefined, true],
    ['POST', false, undefined, false],
    ['POST', true, undefined, true],
    ['POST', false, true, true],
    ['GET', true, false, false],
  ] as const)(
    '%s in an action with idempotent %s and override %s may be repeated: %s',
    async (method, ofRun, override, expected) => {
      const { context, requests } = contextOf([answer(200)], { idempotent: ofRun });
      await context.call({ method, path: '/api/v1/x', idempotent: override });
      expect(requests[0]?.idempotent).toBe(expected);
    },
  );

  it.each([
    ['/api/v1/users/00u1abc/groups', '/api/v1/users/{id}/groups'],
    ['/api/v1/users/ana@acme.test', '/api/v1/users/{id}'],
    ['/api/v1/users/anaruiz', '/api/v1/users/{id}'],
    ['/api/v1/users/me', '/api/v1/users/me'],
    ['/api/v1/apps/0oa1/users/ana', '/api/v1/apps/{id}/users/{id}'],
    ['/api/v1/meta/schemas/user/default', '/api/v1/meta/schemas/user/default'],
    ['/oauth2/v1/clients/0oa1/roles', '/oauth2/v1/clients/{id}/roles'],
    ['/.well-known/okta-organization', '/.well-known/okta-organization'],
    ['/api/v1/zones', '/api/v1/zones'],
    ['/api/v1/groups/Zoë', '/api/v1/groups/{id}'],
  ])('a path given whole, %s, is logged as %s', async (path, template) => {
    const { context, requests } = contextOf([answer(200)]);
    await context.call({ method: 'GET', path });
    expect(requests[0]?.template).toBe(template);
  });

  it('a path given whole never keeps a login in its template', async () => {
    const { context, requests } = contextOf([answer(200)]);
    await context.call({ method: 'GET', path: '/api/v1/users/{ana@acme.test' });
    expect(requests[0]?.template).not.toContain('ana');
  });

  it('a path with other letters is encoded, not sent as it is', async () => {
    const { context, requests } = contextOf([answer(200)]);
    await context.call({ method: 'GET', path: '/api/v1/groups/Zoë 1' });
    expect(requests[0]?.path).toBe('/api/v1/groups/Zo%C3%AB%201');
  });

  it('a request line that no edge takes is refused before it is sent', async () => {
    const { context, requests } = contextOf([answer(200)]);
    const search = 'x'.repeat(16_000);
    const error = await rejection(context.call({ method: 'GET', path: '/api/v1/users', query: { search } }));
    expect(error).toBeInstanceOf(InputError);
    expect(error.message.length).toBeLessThan(200);
    expect(requests).toHaveLength(0);
  });

  it('an input that cannot be sent is a rejection, not an exception', () => {
    const { context } = contextOf([answer(200)]);
    const promise = context.call({ method: 'GET', path: '/api/v1/users/{userId}', params: { userId: '..' } });
    promise.catch(() => {});
    expect(promise).toBeInstanceOf(Promise);
  });
});

describe('call', () => {
  const call = { method: 'POST', path: '/api/v1/users/{userId}/x', params: { userId: '00u1' } } as const;

  it.each([
    ['nothing', answer(204)],
    ['null', { ...answer(200), json: null, text: 'null' }],
    ['a list', answer(200, { body: [] })],
    ['an object without it', answer(200, { body: { status: 'ACTIVE' } })],
    ['another type', answer(200, { body: { id: 7 } })],
  ])('F1.1 %s where an object with an id is needed is an unexpected answer', async (_, response) => {
    const { context } = contextOf([response]);
    expect(await rejection(context.call({ ...call, answer: identified }))).toMatchObject({
      code: 'unexpected_response',
      status: response.status,
      message: expect.stringContaining(`answered ${response.status} to POST /api/v1/users/{userId}/x, but`),
    });
  });

  it.each([answer(204), answer(200), answer(200, { body: {} }), answer(200, { body: { more: 1 } })])(
    'F1.1 what needs no content goes on without it, and gets what there is',
    async (response) => {
      const { context } = contextOf([response]);
      expect(await context.call({ ...call, answer: acknowledged })).toBe(response);
    },
  );
});

describe('list', () => {
  const list = (context: ReturnType<typeof contextOf>['context'], limit?: number) =>
    Array.fromAsync(context.list({ method: 'GET', path: '/api/v1/users', query: { limit: 2 } }, limit));

  it('goes through all pages', async () => {
    const { context, requests } = contextOf([page([1, 2], '/api/v1/users?after=2'), page([3])]);
    expect(await list(context)).toEqual([1, 2, 3]);
    expect(requests.map((one) => one.path)).toEqual(['/api/v1/users?limit=2', '/api/v1/users?after=2']);
  });

  it.each([1, 2, 3, 4])('ends at a limit of %i and reads no page more than it needs', async (limit) => {
    const { context, requests } = contextOf([
      page([1, 2], '/api/v1/users?after=2'),
      page([3, 4], '/api/v1/users?after=4'),
    ]);
    expect(await list(context, limit)).toEqual([1, 2, 3, 4].slice(0, limit));
    expect(requests).toHaveLength(Math.ceil(limit / 2));
  });

  it('of the System Log ends at an empty page: there it offers a next link for ever', async () => {
    const { context, requests } = contextOf([
      page([1], '/api/v1/logs?after=1'),
      page([], '/api/v1/logs?after=2'),
    ]);
    expect(await Array.fromAsync(context.list({ method: 'GET', path: '/api/v1/logs' }))).toEqual([1]);
    expect(requests).toHaveLength(2);
  });

  it('goes on behind a page that is empty in the middle', async () => {
    const { context } = contextOf([page([], '/api/v1/users?after=1'), page([2])]);
    expect(await list(context)).toEqual([2]);
  });

  const wrapped = (context: ReturnType<typeof contextOf>['context'], ...listIn: string[]) =>
    Array.fromAsync(context.list({ method: 'GET', path: '/api/v1/iam/roles', listIn }));

  it('F1.1 reads a list that is wrapped in one of the members that the call names', async () => {
    const { context } = contextOf([
      answer(200, {
        body: {
          roles: [1],
          others: [9],
          _links: { next: { href: 'https://acme-admin.okta.com/api/v1/iam/roles?after=1' } },
        },
      }),
      answer(200, { body: { roles: [2], _links: {} } }),
    ]);
    expect(await wrapped(context, 'value', 'roles')).toEqual([1, 2]);
  });

  const odd: [string, HttpResponse][] = [
    ['an error of Okta', answer(200, { body: { errorCode: 'E0000009', errorCauses: [] } })],
    ['a list in another member', answer(200, { body: { others: [] } })],
    ['an object of its own with a list', answer(200, { body: { id: '1', roles: [] } })],
    ['two lists in one', answer(200, { body: { value: [], roles: [] } })],
    ['null in the member', answer(200, { body: { roles: null } })],
    ['an empty object', answer(200, { body: {} })],
    ['text', answer(200, { body: 'roles' })],
    ['null', { ...answer(200), json: null, text: 'null' }],
  ];

  it.each(odd)('F1.1 %s is no wrapped list, and it says so', async (_, response) => {
    expect(await rejection(wrapped(contextOf([response]).context, 'value', 'roles'))).toMatchObject({
      code: 'unexpected_response',
      status: 200,
      hint: expect.stringContaining('listMember'),
    });
  });

  it.each([...odd, ['a wrapped list', answer(200, { body: { roles: [] } })] as const])(
    'F1.1 %s is no list where none is wrapped, and it says so',
    async (_, response) => {
      expect(await rejection(list(contextOf([response]).context))).toMatchObject({
        code: 'unexpected_response',
        message:
          'Okta answered 200 to GET /api/v1/users, but the answer is not what this call needs: it is not a list',
        request: { method: 'GET', pathTemplate: '/api/v1/users' },
      });
    },
  );

  it('F1.1 nothing is no list, and it says so', async () => {
    expect((await rejection(list(contextOf([answer(204)]).context))).message).toContain('it has no content');
  });

  // Regression: a new link with each empty page was followed forever.
  it('F1.8 ends after 1,000 empty pages in a row, with what was read before', async () => {
    let at = 0;
    const empty = () => {
      at += 1;
      return page([], `/api/v1/users?after=${at}`);
    };
    const { context, requests } = contextOf([page([1, 2], '/api/v1/users?after=0'), empty]);
    const read: unknown[] = [];
    const reading = async () => {
      for await (const item of context.list({ method: 'GET', path: '/api/v1/users' })) read.push(item);
    };
    expect(await rejection(reading())).toMatchObject({
      code: 'unexpected_response',
      message: expect.stringContaining('2 items were read'),
      request: { method: 'GET', pathTemplate: '/api/v1/users' },
    });
    expect(read).toEqual([1, 2]);
    expect(requests).toHaveLength(1_001);
  });

  it('F1.8 counts only empty pages in a row', async () => {
    let at = 0;
    const some = () => {
      at += 1;
      return page(at % 1_000 === 0 ? [at] : [], `/api/v1/users?after=${at}`);
    };
    const { context } = contextOf([some]);
    expect(await list(context, 3)).toEqual([1_000, 2_000, 3_000]);
  });

  it.each([
    ['null', null],
    ['text', 'Tr0ub4dor'],
    ['a list', []],
    ['an object without an id', { login: 'Tr0ub4dor' }],
  ])(
    'F1.1 %s among the items ends a list of objects with ids, without a value in the error',
    async (_, item) => {
      const { context } = contextOf([page([{ id: '1' }, item])]);
      const error = await rejection(
        Array.fromAsync(context.list({ method: 'GET', path: '/api/v1/users', answer: identified })),
      );
      expect(error).toMatchObject({ code: 'unexpected_response' });
      expect(JSON.stringify(error)).not.toContain('Tr0ub4dor');
    },
  );
});

it('F1.7 a message that quotes Okta is scrubbed and short', () => {
  const told: string[] = [];
  const tell = (message: string) => told.push(message);
  const make = contextFactory({
    ...{ orgUrl: ORG, credential: 'mark', send: scripted().send, clock: fakeClock() },
    ...{ unsigned: scripted().send, random: randomBytes, progress: tell, notice: tell },
  });
  const context = make({ idempotent: true, writes: false, scopes: [] });
  context.progress('x '.repeat(1_000_000));
  context.notice('Bearer abcdefghijkl');
  expect(told[0]).toHaveLength(4_000);
  expect(told[1]).toBe('Bearer [redacted]');
});

describe('page', () => {
  const call = { method: 'GET' as const, path: '/api/v1/users' };

  it('gives items and the next place, and goes on from there', async () => {
    const { context, requests } = contextOf([page([1], '/api/v1/users?after=1'), page([2])]);
    const first = await context.page(call);
    expect(first).toMatchObject({ items: [1], next: '/api/v1/users?after=1' });
    expect(await context.page(call, first.next)).toMatchObject({ items: [2], next: undefined });
    expect(requests.map((one) => one.path)).toEqual(['/api/v1/users', '/api/v1/users?after=1']);
  });

  it.each([
    '@evil.example/x',
    '.evil.example/x',
    'https://evil.example/',
    // F1.8: a saved cursor that was tampered with.
    '/api/v1/apps?after=1',
    '/api/v1/users/00u1abcdefghijklmnop/lifecycle/deactivate',
    '/oauth2/v1/token?after=1',
    '/api/v1/users/../apps?after=1',
    '/api/v1/users%2F..%2Fapps',
  ])('refuses to go on from %s', async (from) => {
    const { context, requests } = contextOf([page([1])]);
    expect(await rejection(context.page(call, from))).toBeInstanceOf(InputError);
    expect(requests).toHaveLength(0);
  });
});

describe('what runs share', () => {
  it('the schema of the org is read once for all runs, and a failure is no schema', async () => {
    const schema = answer(200, {
      body: { definitions: { base: { properties: { login: { type: 'string' } } } } },
    });
    const { make, requests } = contextOf([schema]);
    const [a, b] = [
      make({ idempotent: false, writes: false, scopes: [] }),
      make({ idempotent: true, writes: false, scopes: [] }),
    ];
    const schemas = await Promise.all([a.attributes(user, 'default'), b.attributes(user, 'default')]);
    expect(schemas[0]).toBe(schemas[1]);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ scopes: ['okta.schemas.read'], idempotent: false });
  });
});

describe('F2.3 step', () => {
  const refused = () =>
    Promise.reject(new RateLimitError('too many', { retryAfterMs: 1_000, cause: new InputError('root') }));

  it('names the steps done before the one that failed, and keeps the rest of the error', async () => {
    const told: string[] = [];
    const { context } = contextOf([], { progress: (message) => told.push(message) });
    expect(await context.step('deactivated', async () => 5)).toBe(5);
    await context.step('awaited', async () => ({ changed: false }));
    await context.step('removed from groups', async () => ({ changed: true }));
    const error = await context.step('deleted', refused).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error.message).toBe('Done so far: deactivated, removed from groups; then: too many');
    expect(error).toMatchObject({
      ...{ code: 'rate_limited', retryAfterMs: 1_000, done: ['deactivated', 'removed from groups'] },
    });
    expect(error.cause).toEqual(new InputError('root'));
    expect(context.steps).toEqual(['deactivated', 'removed from groups']);
    expect(told.at(-1)).toBe('Done so far: deactivated, removed from groups');
  });

  it('is not for repeating after a step, unless the whole run can be repeated', async () => {
    const { make } = contextOf([]);
    for (const idempotent of [true, false]) {
      const context = make({ idempotent, writes: true, scopes: [] });
      await context.step('looked', async () => ({ changed: false }));
      await expect(context.step('created', refused)).rejects.toMatchObject({ retryable: true });
      await context.step('created', async () => 5);
      await expect(context.step('activated', refused)).rejects.toMatchObject({ retryable: idempotent });
    }
  });

  it('leaves the error of the first step as it is, and counts each run by itself', async () => {
    const { context, make } = contextOf([]);
    await expect(context.step('deactivated', refused)).rejects.toThrow(/^too many$/);
    await context.step('deactivated', async () => undefined);
    expect(make({ idempotent: false, writes: true, scopes: [] }).steps).toEqual([]);
  });
});
