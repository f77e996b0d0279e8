import { expect } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { clientOf, type Client as Org } from '../sandbox/support.ts';

/** How a host runs an action: with an input as the library takes it, and with the result as the library returns it. */
// biome-ignore lint/suspicious/noExplicitAny: results of every shape
export type RunOperation = (key: string, input: Record<string, unknown>) => Promise<any>;

/** Who comes, and what she gets. */
export const newHire = {
  profile: {
    ...{ firstName: 'Nora', lastName: 'Lind', login: 'nora.lind@acme.test', email: 'nora.lind@acme.test' },
    department: 'Support',
  },
  group: 'Newcomers',
  app: 'Newcomers handbook',
};

/** An org in which somebody is about to come: the app is there, the group and the user are not. */
export async function orgBeforeNewHire(): Promise<Org> {
  const org = clientOf(await startSandbox());
  const app = { name: 'bookmark', label: newHire.app, signOnMode: 'BOOKMARK' };
  const { status } = await org.post('/api/v1/apps', {
    ...app,
    settings: { app: { url: 'https://handbook.acme.test/' } },
  });
  expect(status).toBe(200);
  return org;
}

/** The story: a user, her group, her app, and the mail with the link by which she begins. */
export async function tellNewHire(run: RunOperation): Promise<void> {
  const { profile, group, app } = newHire;
  const user = await run('create_user', { profile, activate: false });
  expect(user).toMatchObject({ status: 'STAGED', profile: { login: profile.login } });
  const made = await run('create_group', { profile: { name: group }, ifExists: 'reuse' });
  expect(made).toMatchObject({ changed: true, profile: { name: group } });
  // A second time, it is there: nothing that a host repeats makes a second group.
  expect(await run('create_group', { profile: { name: group }, ifExists: 'reuse' })).toMatchObject({
    ...{ id: made.id, changed: false },
  });
  expect(await run('add_user_to_group', { userId: user.id, groupId: made.id })).toMatchObject({
    changed: true,
  });
  const [wiki] = await run('list_apps', { quickSearch: app, limit: 5 });
  expect(wiki).toMatchObject({ label: app });
  await run('assign_user_to_app', { appId: wiki.id, userId: user.id });
  expect(await run('activate_user', { userId: user.id, sendEmail: true })).toMatchObject({ changed: true });
}

/** What the org must be like afterwards, read by itself and not by the host. */
export async function expectNewHire(org: Org): Promise<void> {
  const { profile, group, app } = newHire;
  const { body: user } = await org.get(`/api/v1/users/${profile.login}`);
  expect(user).toMatchObject({ status: 'PROVISIONED', profile });
  const { body: groups } = await org.get(`/api/v1/users/${user.id}/groups`);
  expect(groups.map((one: { profile: { name: string } }) => one.profile.name).sort()).toEqual(
    ['Everyone', group].sort(),
  );
  const { body: apps } = await org.get(
    `/api/v1/apps?filter=${encodeURIComponent(`user.id eq "${user.id}"`)}`,
  );
  expect(apps.map((one: { label: string }) => one.label)).toEqual([app]);
  // Okta sends the mail: that it was asked to, once, is all that the org can show.
  const { body: asked } = await org.control('GET', '/requests?method=POST');
  const mails = asked.requests.filter(({ path }: { path: string }) => path.endsWith('/lifecycle/activate'));
  expect(mails.map(({ query }: { query: string }) => query)).toEqual([
    expect.stringContaining('sendEmail=true'),
  ]);
  expect(await org.events('user.lifecycle.activate')).toHaveLength(1);
}
