import { describe, expect, it } from 'vitest';
import { type Actions, type Client, connect, type Triggers } from '../src/index.ts';

/** Never called: what stands in it must compile, or must not, which `npm run typecheck` sees. */
async function typed(okta: Client, key: string): Promise<unknown[]> {
  const user = await okta.run('get_user', { userId: 'ana.ruiz@acme.test' });
  const login: string | null | undefined = user.profile.login;
  const input: Actions['create_user']['input'] = { profile: { login: 'a@acme.test', email: 'a@acme.test' } };
  const made = await okta.run('create_user', { ...input, activate: false });
  for await (const member of okta.stream('list_group_members', { groupId: 'Sales' })) member.status.trim();
  for await (const row of okta.bulk('suspend_user', [{ userId: 'a' }])) row.output?.changed.valueOf();
  for await (const item of okta.poll('user_created', {}, { state: 's' })) item.event.uuid.trim();
  const hook = okta.hook('user_created', { include: true }, { url: 'https://acme.test/hook', state: 's' });
  for (const item of (await hook.answer(new Request('https://acme.test/hook'))).items) item.event.uuid.trim();
  const sample: Triggers['new_event']['output'][] = await okta.sample('new_event', { outcome: 'FAILURE' });
  // A key that is known only at run time.
  const anything: unknown = await okta.run(key, { any: 'input' });
  okta.stream(key, {});
  okta.bulk(key, [{}]);
  okta.poll(key, {}, { state: 's' });
  okta.hook(key, {}, { url: 'https://acme.test/hook', state: 's' });

  // @ts-expect-error no such action
  okta.run('creat_user', { profile: { login: 'a', email: 'a' } });
  // @ts-expect-error no such input
  okta.run('get_user', { userID: 'a' });
  // @ts-expect-error wrong type
  okta.run('get_user', { userId: 5 });
  // @ts-expect-error missing input
  okta.run('get_user', {});
  // @ts-expect-error wrong value
  okta.run('delete_user', { userId: 'a', mode: 'delete' });
  // @ts-expect-error no list
  okta.stream('suspend_user', { userId: 'a' });
  // @ts-expect-error wrong type within rows
  okta.bulk('suspend_user', [{ userId: 5 }]);
  // @ts-expect-error no trigger but an action
  okta.poll('get_user', {}, { state: 's' });
  // @ts-expect-error wrong value
  okta.sample('new_event', { outcome: 'FAILED' });
  // @ts-expect-error wrong value
  okta.hook('new_event_instant', { eventTypes: 5 }, { url: 'https://acme.test/hook', state: 's' });
  // @ts-expect-error the key of a list is no number
  user.id.toFixed();
  return [login, made.id, sample, anything];
}

describe('types by key', () => {
  it('are those of the operations, and cost nothing at run time', async () => {
    const okta = connect({
      orgUrl: 'http://127.0.0.1:1',
      auth: { type: 'api_token', token: 'x'.repeat(42) },
    });
    expect(typed).toBeTypeOf('function');
    await expect(okta.run('creat_user' as string, {})).rejects.toMatchObject({ code: 'unknown_operation' });
    okta.close();
  });
});
