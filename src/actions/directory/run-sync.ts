import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { directory } from '../../resources/directory/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { local } from '../../resources/reference.ts';
import { field, secret } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';
import { changeFields, mappingField, maxLeaversField } from '../../sync/fields.ts';
import type { LeaverLimit } from '../../sync/sync.ts';

const count = (title: string, description: string, example: number) =>
  field(z.int(), title, description, example);
const counts = z.record(z.string(), z.int());
const leaving = z.object({
  users: z.int(),
  groups: z.int(),
  memberships: z.int(),
  samples: z.array(z.string()),
});

export const runSync = defineAction({
  key: 'run_sync',
  resource: directory,
  noun: 'sync',
  title: 'Run sync',
  description:
    'Brings another system up to date with users, groups and memberships, once: tells a target, or returns, what changed since the last run with the same state. Okta is only read.',
  docsUrl: docsOf('User', 'listUsers'),
  scopes: directory.scopes,
  effect: { kind: 'write', idempotent: true, destructive: true },
  effectWhen: [
    { when: { dryRun: { is: [true] } }, effect: { kind: 'read', destructive: false } },
    { when: { target: { absent: true } }, effect: { destructive: false } },
  ],
  elsewhere: ['state', 'target', 'place', 'secret', 'full', 'maxLeavers', 'confirmHeld'],
  input: z
    .strictObject({
      mapping: mappingField,
      state: local(
        secret(
          field(
            z.string().min(1).optional(),
            'State',
            'Where the snapshot is kept: a file, or postgres://… Without it, everything is new each time.',
            '/var/lib/okta/directory.db',
          ),
        ),
      ),
      target: local(
        field(
          labelled(z.enum(['csv', 'scim', 'webhook']), { csv: 'CSV files', scim: 'SCIM server' }).optional(),
          'Target',
          'Where changes go; if left out, up to 5,000 of them are returned.',
          'scim',
        ),
      ),
      place: local(
        field(
          z.string().min(1).optional(),
          'Place',
          'Of the target: a folder for csv, a URL for scim and webhook.',
          'https://hr.acme.test/scim/v2',
        ),
      ),
      secret: local(
        secret(
          field(
            z.string().min(1).optional(),
            'Secret',
            'Of the target: the token of a SCIM server, the secret of a webhook.',
            'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
          ),
        ),
      ),
      dryRun: field(
        z.boolean().default(false),
        'Dry run',
        'Only say what would be told: counts and the first changes of each kind.',
        true,
      ),
      full: field(z.boolean().default(false), 'Full', 'Read everything again.', true),
      maxLeavers: maxLeaversField,
      confirmHeld: field(
        z.boolean().default(false),
        'Confirm held',
        'Tell what the run before held back because too many would leave. For one run: set it back.',
        true,
      ),
    })
    .refine(({ target, place }) => (target === undefined) === (place === undefined), {
      message: 'give both target and place, or neither',
      path: ['place'],
    }),
  output: z.object({
    mode: field(
      z.enum(['full', 'delta']),
      'Mode',
      'Whether everything was read, or only what changed.',
      'delta',
    ),
    changes: field(counts, 'Changes', 'How many changes were told, by kind.', { 'user.updated': 2 }),
    told: field(
      z.array(z.object(changeFields)),
      'Told',
      'Without a target: the changes, in the order in which they are to be applied.',
      [],
    ),
    samples: field(
      z.array(z.object(changeFields)),
      'Samples',
      'In a dry run: the first changes of each kind.',
      [],
    ),
    held: field(leaving.optional(), 'Held', 'In a dry run: what would be held back.', {
      ...{ users: 12, groups: 0, memberships: 31, samples: ['ana.ruiz@acme.test'] },
    }),
    failed: field(
      z.object({
        count: z.int(),
        first: z.array(z.object({ id: z.string(), message: z.string() })),
      }),
      'Failed',
      'Rows that could not be told, and wait apart: how many, and the first.',
      { count: 1, first: [{ id: '00u2abcdefghijklmnop', message: 'surname is required, but has no value' }] },
    ),
    users: count('Users', 'In the mirror after the run.', 25),
    groups: count('Groups', 'In the mirror after the run.', 7),
    memberships: count('Memberships', 'In the mirror after the run.', 40),
    requests: count('Requests', 'Sent to Okta.', 4),
  }),
  calls: [
    ...(['GET /api/v1/users', 'GET /api/v1/users/{userId}', 'GET /api/v1/groups'] as const),
    ...(['GET /api/v1/groups/{groupId}', 'GET /api/v1/groups/{groupId}/users', 'GET /api/v1/logs'] as const),
    ...(['GET /api/v1/apps', 'GET /api/v1/apps/{appId}/users'] as const),
  ],
  async run(context, { state, target, place = '', secret, maxLeavers, ...options }) {
    const { runTo } = await import('../../sync/run-to.ts');
    const to = target && { kind: target, place, secret };
    return runTo(context, { ...options, maxLeavers: maxLeavers as LeaverLimit }, { state, to });
  },
  sample: {
    input: { state: 'directory.db', target: 'csv', place: '/srv/directory' },
    output: {
      ...{ mode: 'delta', changes: { 'user.updated': 2 }, told: [], samples: [] },
      ...{ failed: { count: 0, first: [] }, users: 25, groups: 7, memberships: 40, requests: 4 },
    },
  },
});
