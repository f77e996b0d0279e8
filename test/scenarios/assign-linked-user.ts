import { expect } from 'vitest';
import { managed } from '../support/linked.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('assign_linked_user', {
    name: 'gives the first manager to a user',
    arrange: managed,
    input: ({ cy, bo, manager }) => ({
      userId: cy.login,
      primaryRelationshipName: manager,
      primaryUserId: bo.login,
    }),
    check: (output, { cy, bo }) =>
      expect(output).toEqual({ userId: cy.login, primaryUserId: bo.id, changed: true }),
  }),
  scenario('assign_linked_user', {
    name: 'replaces the manager of a user and says who it was',
    arrange: managed,
    input: ({ ana, bo, manager }) => ({
      userId: ana.id,
      primaryRelationshipName: manager,
      primaryUserId: bo.id,
    }),
    check: (output, { ana, bo, cy }) =>
      expect(output).toEqual({
        ...{ userId: ana.id, primaryUserId: bo.id },
        ...{ previousPrimaryUserId: cy.id, changed: true },
      }),
  }),
  scenario('assign_linked_user', {
    name: 'assigns the same manager without effect',
    arrange: managed,
    input: ({ ana, cy, manager }) => ({
      userId: ana.id,
      primaryRelationshipName: manager,
      primaryUserId: cy.id,
    }),
    check: (output, { ana, cy }) =>
      expect(output).toEqual({ userId: ana.id, primaryUserId: cy.id, changed: false }),
  }),
];
