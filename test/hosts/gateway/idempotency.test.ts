import { randomUUID } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/http/clock.ts';
import { type TestGateway, useGateway } from './support.ts';

const { org, start } = useGateway();

const named = (name: string) => ({ profile: { name } });
const as = (name: string) => ({ headers: { 'Idempotency-Key': name } });
const groups = async ({ run }: TestGateway, name: string) =>
  (await run('find_groups_by_name', { name })).body.result.length;

/** What a kill leaves: the files as they are while a request runs. */
function killed(file: string): string {
  const copy = `${file}-${randomUUID()}`;
  for (const end of ['', '-wal']) copyFileSync(file + end, copy + end);
  return copy;
}

describe('L4 Idempotency-Key', () => {
  it('L4 a repeat has the same answer, and nothing is done again', async () => {
    const server = await start();
    const first = await server.run('create_group', named('Once'), as('a'));
    const again = await server.run('create_group', { profile: { name: 'Once' } }, as('a'));
    expect(first.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([
      'false',
      'true',
    ]);
    expect(await groups(server, 'Once')).toBe(1);
    const bytes = Buffer.concat([readFileSync(server.file), readFileSync(`${server.file}-wal`)]);
    expect(bytes.toString('latin1')).not.toContain('Once');
  });

  it('L4 it is bound to the operation, the input and the key of the caller', async () => {
    const server = await start();
    await server.run('create_group', named('Bound'), as('a'));
    for (const [action, input] of [
      ['create_group', named('Other')],
      ['find_or_create_group', named('Bound')],
      ['create_realm', { profile: { name: 'Bound' } }],
    ] as const) {
      const answer = await server.run(action, input, as('a'));
      if (answer.body.error?.code === 'unknown_operation') continue;
      expect(answer).toMatchObject({ status: 422, body: { error: { code: 'idempotency_key_reused' } } });
    }
    const key = await server.makeKey('somebody-else');
    const own = await server.run('create_group', named('Somebody else'), { ...as('a'), key });
    expect(own.status).toBe(200);
    expect(await server.run('create_group', named('x'), as('ä b'))).toMatchObject({ status: 400 });
  });

  it('L4 of two at once one runs, and the other is told to wait', async () => {
    const server = await start();
    const both = await Promise.all([1, 2].map(() => server.run('create_group', named('Both'), as('a'))));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const told = both.find(({ status }) => status === 409);
    expect(told?.body.error).toMatchObject({ code: 'in_progress', retryable: true });
    expect(await groups(server, 'Both')).toBe(1);
  });

  it('L4 a kill before the answer: the repeat of an unsafe write says so, a safe one runs again', async () => {
    const server = await start();
    const { result: group } = (await server.run('create_group', named('Members'))).body;
    const { result: people } = (await server.run('search_users', { limit: 1 })).body;
    const join = { groupId: group.id, userId: people[0].id };
    await org.fault({ kind: 'delay', ms: 400 }, { method: 'POST', path: '/api/v1/groups$' });
    await org.fault({ kind: 'delay', ms: 400 }, { method: 'PUT', path: '/users/' });
    const running = [
      server.run('create_group', named('Killed'), as('a')),
      server.run('add_user_to_group', join, as('b')),
    ];
    await new Promise((resolve) => setTimeout(resolve, 200));
    const next = await start({ state: killed(server.file) });
    const repeat = { ...as('a'), key: server.key };
    expect(await next.run('create_group', named('Killed'), repeat)).toMatchObject({
      ...{ status: 409, body: { error: { code: 'outcome_unknown', retryable: false } } },
    });
    const safe = await next.run('add_user_to_group', join, { ...as('b'), key: server.key });
    expect(safe.status).toBe(200);
    await Promise.all(running);
    expect(await groups(next, 'Killed')).toBe(1);
  });

  it('L4 a write whose outcome Okta left open is no status that tools repeat', async () => {
    const server = await start();
    await org.fault({ kind: 'reset_after' }, { method: 'POST', path: '/api/v1/groups$' });
    const first = await server.run('create_group', named('Reset'), as('a'));
    expect(first).toMatchObject({ status: 409, body: { error: { code: 'outcome_unknown' } } });
    expect(await server.run('create_group', named('Reset'), as('a'))).toMatchObject({ status: 409 });
    expect(await groups(server, 'Reset')).toBe(1);
    await org.fault({ kind: 'partial' }, { method: 'POST', path: '/api/v1/groups$' });
    const odd = await server.run('create_group', named('Odd'));
    expect(odd).toMatchObject({ status: 409, body: { error: { retryable: false } } });
  });

  it('L4 what was refused before anything happened can be repeated', async () => {
    const server = await start();
    await org.fault(
      { kind: 'status', status: 403, body: { errorCode: 'E0000006' } },
      { method: 'POST', path: '/groups$' },
    );
    expect((await server.run('create_group', named('Later'), as('a'))).status).toBe(403);
    expect((await server.run('create_group', named('Later'), as('a'))).status).toBe(200);
    const taken = await server.run('create_group', named('Later'), as('b'));
    expect(taken.status).toBeGreaterThanOrEqual(400);
    const again = await server.run('create_group', named('Later'), as('b'));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(taken.body);
  });

  it('L4 after 24 hours it is a new write', async () => {
    let now = Date.now();
    const server = await start({ clock: { ...systemClock, now: () => now } });
    await server.run('create_group', named('Day'), as('a'));
    now += 24 * 3_600_000 + 1;
    expect((await server.run('create_group', named('Next day'), as('a'))).status).toBe(200);
  });
});
