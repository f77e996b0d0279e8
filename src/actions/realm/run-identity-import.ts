import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { docsOf } from '../../resources/docs.ts';
import { IMPORT_CALLS, importProfiles, importSession } from '../../resources/identity-source/import.ts';
import { identitySource } from '../../resources/identity-source/resource.ts';
import { ref } from '../../resources/reference.ts';
import { changed, field } from '../../schema/fields.ts';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const runIdentityImport = defineAction({
  key: 'run_identity_import',
  resource: identitySource,
  title: 'Run identity import',
  description:
    'Loads users into a custom identity source (Anything-as-a-Source), 200 a call and 50 calls a session, and waits until Okta has imported them. If it was stopped half-way, run it again with ifSessionOpen: cancel; loading a record twice does no harm.',
  docsUrl: docsOf('IdentitySource', 'uploadIdentitySourceDataForUpsert'),
  scopes: ['okta.identitySources.manage', 'okta.identitySources.read', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  effectWhen: [
    {
      when: { entityOperation: { is: ['create_or_update'] }, ifSessionOpen: { is: ['fail'] } },
      effect: { destructive: false },
    },
  ],
  input: z.strictObject({
    identitySourceId: ref(identitySource),
    entityOperation: field(
      z.enum(['create_or_update', 'delete']).default('create_or_update'),
      'Operation',
      'create_or_update: create the users or change them; delete: deactivate them in Okta.',
      'delete',
    ),
    profiles: field(
      z
        .array(
          z.strictObject({
            externalId: z.string().min(1).max(512),
            profile: z.record(z.string(), value).optional(),
          }),
        )
        .min(1),
      'Profiles',
      "Each user: externalId, the source's own id, which never changes, and for an upsert profile, its attributes. Okta takes texts only, so numbers and booleans become text.",
      [{ externalId: 'E-1001', profile: { userName: 'ana.ruiz@acme.test', firstName: 'Ana' } }],
    ),
    ifSessionOpen: field(
      z.enum(['fail', 'cancel']).default('fail'),
      'If a session is open',
      'What to do with an unfinished session that an earlier or another import left. fail: stop; cancel: discard what it has loaded.',
      'cancel',
    ),
    timeoutSeconds: field(
      z.int().min(10).max(86_400).default(600),
      'Timeout',
      'Seconds to wait for Okta in all.',
      3600,
    ),
  }),
  output: z.looseObject({
    identitySourceId: field(z.string(), 'Identity source ID', 'Id of the app.', '0oa1abcdefghijklmnop'),
    records: field(z.int(), 'Records', 'How many records were loaded.', 1),
    status: field(
      z.string(),
      'Status',
      'COMPLETED, or TRIGGERED if Okta was still importing the last session when the time was up.',
      'COMPLETED',
    ),
    sessions: field(z.array(importSession), 'Sessions', 'The sessions of the import, in order.'),
    changed,
  }),
  calls: IMPORT_CALLS,
  async run(context, { identitySourceId: reference, ...wanted }) {
    const identitySourceId = await appIdOf(context, reference);
    const sessions = await importProfiles(context, identitySourceId, wanted);
    const { status = '' } = sessions.at(-1) ?? {};
    return { identitySourceId, records: wanted.profiles.length, status, sessions, changed: true };
  },
  sample: {
    input: {
      identitySourceId: '0oa1abcdefghijklmnop',
      profiles: [{ externalId: 'E-1001', profile: { userName: 'ana.ruiz@acme.test', firstName: 'Ana' } }],
    },
    output: {
      ...{ identitySourceId: '0oa1abcdefghijklmnop', records: 1, status: 'COMPLETED', changed: true },
      sessions: [{ id: 'aps1abcdefghijklmnop', status: 'COMPLETED', records: 1 }],
    },
  },
});
