import { expect } from 'vitest';
import { managed } from '../support/linked.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('unassign_linked_user', {
    name: 'removes the link to the manager',
    arrange: managed,
    input: ({ ana, manager }) => ({ userId: ana.login, relationshipName: manager }),
    check: (output, { ana, cy }) =>
      expect(output).toEqual({ userId: ana.login, previousPrimaryUserId: cy.id, changed: true }),
  }),
  scenario('unassign_linked_user', {
    name: 'removes a link that is not there without effect',
    arrange: managed,
    input: ({ cy, manager }) => ({ userId: cy.id, relationshipName: manager }),
    check: (output, { cy }) => expect(output).toEqual({ userId: cy.id, changed: false }),
  }),
];
