import { expect } from 'vitest';
import { managed } from '../support/linked.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('list_linked_users', {
    name: 'lists the subordinates of a manager, over two pages',
    async arrange(org) {
      const world = await managed(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ cy, subordinate }) => ({ userId: cy.login, relationshipName: subordinate }),
    check: (output, { ana, bo }) => expect(output).toEqual([{ id: ana.id }, { id: bo.id }]),
  }),
  scenario('list_linked_users', {
    name: 'lists the first subordinate',
    arrange: managed,
    input: ({ cy, subordinate }) => ({ userId: cy.id, relationshipName: subordinate, limit: 1 }),
    check: (output, { ana }) => expect(output).toEqual([{ id: ana.id }]),
  }),
  scenario('list_linked_users', {
    name: 'finds the manager of a user',
    arrange: managed,
    input: ({ ana, manager }) => ({ userId: ana.id, relationshipName: manager }),
    check: (output, { cy }) => expect(output).toEqual([{ id: cy.id }]),
  }),
];
