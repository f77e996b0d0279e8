import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

/** An app of the sandbox's seed serves as the source; a real org needs a custom identity source. */
async function source(org: Org) {
  const { id } = await org.app('Acme CRM', await org.user('bo'));
  return { id, path: `/api/v1/identity-sources/${id}` };
}

const people = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    ...{ externalId: `E-${at + 1}`, profile: { userName: `e${at + 1}@acme.test`, costCenter: at } },
  }));

export default [
  scenario('run_identity_import', {
    name: 'imports more users than Okta takes in one call',
    arrange: source,
    input: () => ({ identitySourceId: 'Acme CRM', profiles: people(201) }),
    check: (output, { id }) =>
      expect(output).toMatchObject({
        ...{ identitySourceId: id, records: 201, status: 'COMPLETED', changed: true },
        sessions: [{ status: 'COMPLETED', records: 201 }],
      }),
  }),
  scenario('run_identity_import', {
    name: 'deactivates users that the source no longer has, without waiting for the end',
    async arrange(org) {
      const { id, path } = await source(org);
      for (const person of people(2))
        await org.api('POST', `${path}/users`, { ...person, profile: { userName: person.profile.userName } });
      return { id };
    },
    input: ({ id }) => ({
      ...{ identitySourceId: id, entityOperation: 'delete' as const, timeoutSeconds: 10 },
      profiles: people(2).map(({ externalId }) => ({ externalId })),
    }),
    check: (output) =>
      expect(output).toMatchObject({ records: 2, status: 'TRIGGERED', sessions: [{ status: 'TRIGGERED' }] }),
  }),
  scenario('run_identity_import', {
    name: 'starts again after it was killed while it loaded',
    async arrange(org) {
      const { id, path } = await source(org);
      const session = await org.api('POST', `${path}/sessions`);
      const profiles = [{ externalId: 'E-1', profile: { userName: 'old@acme.test' } }];
      await org.api('POST', `${path}/sessions/${session.id}/bulk-upsert`, { entityType: 'USERS', profiles });
      return { id, session };
    },
    input: ({ id }) => ({ identitySourceId: id, profiles: people(1), ifSessionOpen: 'cancel' as const }),
    check(output, { session }) {
      expect(output).toMatchObject({ status: 'COMPLETED', records: 1 });
      expect(output.sessions.map(({ id }) => id)).not.toContain(session.id);
    },
  }),
  scenario('run_identity_import', {
    name: 'waits for an import that is still running',
    async arrange(org) {
      const { id, path } = await source(org);
      const session = await org.api('POST', `${path}/sessions`);
      const profiles = [{ externalId: 'E-9', profile: { userName: 'e9@acme.test' } }];
      await org.api('POST', `${path}/sessions/${session.id}/bulk-upsert`, { entityType: 'USERS', profiles });
      await org.api('POST', `${path}/sessions/${session.id}/start-import`);
      return { id };
    },
    input: ({ id }) => ({ identitySourceId: id, profiles: people(1) }),
    check: (output) => expect(output).toMatchObject({ status: 'COMPLETED', records: 1 }),
  }),
];
