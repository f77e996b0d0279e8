import { expect } from 'vitest';
import { consents } from '../support/consents.ts';
import { scenario } from '../support/scenario.ts';

const GRANTS = { changed: true, steps: ['grants revoked'] };

export default [
  scenario('revoke_user_grants', {
    name: 'revokes all grants of a user',
    arrange: consents,
    input: ({ login }) => ({ userId: login }),
    check: (output) => expect(output).toMatchObject(GRANTS),
  }),
  scenario('revoke_user_grants', {
    name: 'revokes the grants and the tokens of one app',
    arrange: consents,
    input: ({ id, grants }) => ({ userId: id, clientId: grants.at(-1)?.clientId, revokeTokens: true }),
    check: (output) => expect(output.steps).toEqual(['grants revoked', 'tokens revoked']),
  }),
  scenario('revoke_user_grants', {
    name: 'revokes the grants of an app without tokens',
    arrange: consents,
    input: ({ id, grants }) => ({ userId: id, clientId: grants[0]?.clientId, revokeTokens: true }),
    check: (output) => expect(output).toMatchObject(GRANTS),
  }),
  scenario('revoke_user_grants', {
    name: 'revokes a single grant',
    arrange: consents,
    input: ({ id, grants }) => ({ userId: id, grantId: grants.at(-1)?.id }),
    check: (output, { id }) => expect(output).toEqual({ userId: id, ...GRANTS }),
  }),
  scenario('revoke_user_grants', {
    name: 'revokes the grants of a user who has none without effect',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id }),
    check: (output, { id }) => expect(output).toEqual({ userId: id, changed: false, steps: [] }),
  }),
];
