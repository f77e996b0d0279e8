import type { Org } from './arrange.ts';

/** Two users with the same manager, over a linked object of its own. */
export async function managed(org: Org) {
  // A definition of a real org would stay behind.
  await org.control('GET', '/settings');
  const side = (name: string) => ({ name, title: name, description: '', type: 'USER' });
  const [manager, subordinate] = [`manager_${org.run}`, `subordinate_${org.run}`] as const;
  const definition = { primary: side(manager), associated: side(subordinate) };
  await org.api('POST', '/api/v1/meta/schemas/user/linkedObjects', definition);
  const [ana, bo, cy] = [await org.user('ana'), await org.user('bo'), await org.user('cy')];
  for (const one of [ana, bo])
    await org.api('PUT', `/api/v1/users/${one.id}/linkedObjects/${manager}/${cy.id}`);
  return { ana, bo, cy, manager, subordinate };
}
