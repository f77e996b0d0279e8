import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { effectFor } from '../../src/actions/effect.ts';
import { type Actions, actionOf } from '../../src/connector.ts';
import type { OktaError } from '../../src/errors/errors.ts';
import { ANSWER } from '../../src/sync/run-to.ts';
import { useFolder } from '../state/support.ts';
import { useOrg, useServer } from '../triggers/support.ts';

const org = useOrg();
const receiver = useServer();
const inFolder = useFolder();
let state: string;
let tests = 0;
beforeEach(async () => {
  await org.control('PUT', '/limits', { '/api/v1/groups': 100_000, '/api/v1/users/{id}': 100_000 });
  tests += 1;
  state = inFolder(`directory-${tests}.db`);
});

const run = (input: Actions['run_sync']['input'] = {}) => org.connect().run('run_sync', input);

async function hire(name: string): Promise<string> {
  const login = `${name}@acme.test`;
  const profile = { login, email: login, firstName: name, lastName: 'Ruiz' };
  return (await org.post('/api/v1/users?activate=true', { profile })).body.id;
}
const leave = (id: string) => org.post(`/api/v1/users/${id}/lifecycle/deactivate`);

describe('HALO-15 run_sync', () => {
  it('with a state, returns what changed since the last run', async () => {
    const first = await run({ state });
    expect(first).toMatchObject({ mode: 'full', failed: { count: 0 } });
    expect(first.told.length).toBe(Object.values(first.changes).reduce((all, count) => all + count, 0));
    const id = await hire('new');
    const second = await run({ state });
    expect(second.mode).toBe('delta');
    expect(second.told).toMatchObject([{ kind: 'user.created', key: { userId: id } }]);
    expect((await run({ state })).told).toEqual([]);
    expect(await run({ state, full: true })).toMatchObject({ mode: 'full', told: [] });
  });

  it('a dry run tells nothing: the next run still does', async () => {
    await run({ state });
    const id = await hire('new');
    const dry = await run({ state, dryRun: true });
    expect(dry).toMatchObject({
      changes: { 'user.created': 1 },
      told: [],
      samples: [{ key: { userId: id } }],
    });
    expect((await run({ state })).told).toMatchObject([{ key: { userId: id } }]);
  });

  it('fills a folder of CSV files', async () => {
    const place = inFolder('out');
    const { users, told } = await run({ state, target: 'csv', place });
    expect(told).toEqual([]);
    const lines = readFileSync(join(place, 'users.csv'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(users + 1);
  });

  it('posts to a webhook, signed with the secret', async () => {
    const messages: { signature: string | null; kinds: string[] }[] = [];
    receiver.fetch = async (request) => {
      const { data } = (await request.json()) as { data: { changes: { kind: string }[] } };
      const kinds = data.changes.map(({ kind }) => kind);
      messages.push({ signature: request.headers.get('webhook-signature'), kinds });
      return new Response(null, { status: 204 });
    };
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    const { changes } = await run({ state, target: 'webhook', place: receiver.url, secret });
    expect(messages.flatMap(({ kinds }) => kinds).filter((kind) => kind === 'user.created')).toHaveLength(
      changes['user.created'] as number,
    );
    for (const { signature } of messages) expect(signature).toMatch(/^v1,/);
    await expect(run({ state, target: 'webhook', place: receiver.url })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('secret'),
    });
  });

  it('holds when too many would leave, until it is confirmed', async () => {
    const ids = [await hire('one'), await hire('two')];
    await run({ state });
    for (const id of ids) await leave(id);
    const dry = await run({ state, maxLeavers: '1', dryRun: true });
    expect(dry.held).toMatchObject({ users: 2, samples: ['one@acme.test', 'two@acme.test'] });
    await expect(run({ state, maxLeavers: '1' })).rejects.toMatchObject({ code: 'sync_held' });
    const { told } = await run({ state, maxLeavers: '1', confirmHeld: true });
    expect(told.map(({ kind }) => kind)).toEqual(['user.deactivated', 'user.deactivated']);
  });

  it('returns no part of more changes than an answer holds, and tells nothing then', async () => {
    Object.assign(ANSWER, { most: 3 });
    try {
      for (const input of [{}, { state }]) {
        await expect(run(input)).rejects.toMatchObject({
          code: 'invalid_input',
          message: expect.stringMatching(
            /^\d+ changes are more than an answer holds \(3\); nothing was told$/,
          ),
        });
      }
    } finally {
      Object.assign(ANSWER, { most: 5_000 });
    }
    expect((await run({ state })).told.length).toBeGreaterThan(3);
  });

  it.each([
    [{ target: 'csv' }, 'place: give both target and place, or neither'],
    [{ place: '/srv/directory' }, 'place: give both target and place, or neither'],
    [{ maxLeavers: 'ten' }, 'maxLeavers: must be a number of people or a share, like 25 or 10%'],
    [{ mapping: { fields: { a: { from: 'profile.a', lookup: 'b' } } } }, 'there is no table b'],
  ])('refuses %j before it asks Okta anything', async (input, cause) => {
    const error = (await org
      .connect()
      .run('run_sync' as string, input)
      .catch((reason) => reason)) as OktaError;
    expect(error).toMatchObject({ code: 'invalid_input' });
    expect(error.causes.join()).toContain(cause);
    expect((await org.control('GET', '/requests')).body.requests).toEqual([]);
  });

  it('is destructive only where changes reach another system', () => {
    const effect = (input: object) => effectFor(actionOf('run_sync'), { dryRun: false, ...input });
    expect(effect({ target: 'scim' })).toEqual({ kind: 'write', idempotent: true, destructive: true });
    expect(effect({})).toMatchObject({ kind: 'write', destructive: false });
    expect(effect({ target: 'scim', dryRun: true })).toMatchObject({ kind: 'read', destructive: false });
  });
});
