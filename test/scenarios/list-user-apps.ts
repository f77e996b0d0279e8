import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function userWithTwo(org: Org) {
  const user = await org.user('ana');
  const apps = [await org.app('Acme CRM', user), await org.app('Company Wiki', user)];
  return { ...user, apps: apps.map(({ id }) => id) };
}

export default [
  scenario('list_user_apps', {
    name: 'lists the tiles of a user',
    arrange: userWithTwo,
    input: ({ login }) => ({ userId: login }),
    check: (output, { apps }) => expect(output.map((one) => one.appInstanceId)).toEqual(apps),
  }),
  scenario('list_user_apps', {
    name: 'lists the app assignments of a user, over two pages',
    async arrange(org) {
      const world = await userWithTwo(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ login }) => ({ userId: login, view: 'assignments' }),
    check: (output, { apps }) => expect(output.map(({ id }) => id)).toEqual(apps),
  }),
  scenario('list_user_apps', {
    name: 'lists the first app assignment of a user',
    arrange: userWithTwo,
    input: ({ id }) => ({ userId: id, view: 'assignments', limit: 1 }),
    check: (output, { apps }) => expect(output.map(({ id }) => id)).toEqual(apps.slice(0, 1)),
  }),
];
