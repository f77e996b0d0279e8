import { describe, expect, it } from 'vitest';
import { useGateway } from './support.ts';

const { start } = useGateway();

describe('L4 actions over HTTP', () => {
  it('L4 run: the body is the input, the answer has the result', async () => {
    const { run } = await start();
    const made = await run('create_group', { profile: { name: 'Night shift' } });
    expect(made).toMatchObject({ status: 200, body: { result: { profile: { name: 'Night shift' } } } });
    const read = await run('get_group', { groupId: made.body.result.id });
    expect(read.body.result.id).toBe(made.body.result.id);
  });

  it('L4 lists are bounded, and say that there is more', async () => {
    const { run } = await start();
    const some = await run('search_users', { limit: 2 });
    expect(some.body).toMatchObject({ more: true, hint: expect.stringContaining('limit') });
    expect(some.body.result).toHaveLength(2);
    const all = await run('search_users');
    expect(all.body.more).toBe(false);
    expect(all.body.result.length).toBeGreaterThan(2);
    expect(await run('search_users', { limit: 100_000 })).toMatchObject({ status: 400 });
    expect(await run('search_users', { limit: 'x' })).toMatchObject({ status: 400 });
  });

  it('L4 a misspelt action names the one that was meant', async () => {
    const { run } = await start();
    const answer = await run('get_usr', {});
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'unknown_operation' } } });
    expect(answer.body.error.hint).toContain('get_user');
  });

  it('L4 a wrong input names each field', async () => {
    const { run } = await start();
    const answer = await run('get_user', { userId: 7 });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
    expect(answer.body.error.causes[0]).toContain('userId');
  });

  it('L4 a destructive action needs an explicit yes, in the request or of the key', async () => {
    const { run, makeKey } = await start();
    const { body } = await run('create_group', { profile: { name: 'Short-lived' } });
    const input = { groupId: body.result.id };
    expect(await run('delete_group', input)).toMatchObject({
      ...{ status: 428, body: { error: { code: 'confirmation_required' } } },
    });
    expect((await run('get_group', input)).status).toBe(200);
    expect((await run('delete_group', input, { headers: { 'X-Confirm': 'destructive' } })).status).toBe(200);
    const bold = await makeKey('bold', { allowDestructive: true });
    expect((await run('delete_group', input, { key: bold })).status).toBe(200);
  });
});
