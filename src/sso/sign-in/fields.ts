import { z } from 'zod';
import { field } from '../../schema/fields.ts';
import { mappingField } from '../../sync/fields.ts';
import { warningsField } from '../set-up/inputs.ts';

const record = z.strictObject({
  id: field(z.string().min(1), 'ID', "The application's own id of the account.", '4711'),
  kind: field(z.enum(['user', 'customer']), 'Kind', 'Which kind of account it is.', 'user'),
  email: field(z.string().optional(), 'E-mail', 'Its e-mail address.', 'ana.ruiz@acme.test'),
  issuer: field(
    z.string().optional(),
    'Issuer',
    'With which it is linked, exactly as an earlier sign-in told it; with subject.',
    'https://acme.okta.com',
  ),
  subject: field(
    z.string().optional(),
    'Subject',
    'With which it is linked, with issuer.',
    '00u1abcdefghijklmnop',
  ),
  active: field(z.boolean().default(true), 'Active', 'False: it was deactivated.', true),
});

/** What both ways to verify a sign-in take about the accounts of the application. */
export const outcomeInput = {
  records: field(
    z.array(record).max(10_000).default([]),
    'Accounts',
    "The application's accounts that may be meant: those linked with the person, and all with the e-mail address, users and customers.",
    [{ id: '4711', kind: 'user', email: 'ana.ruiz@acme.test' }],
  ),
  audience: field(
    z.enum(['users', 'customers']).default('users'),
    'Who signs in',
    'Whose accounts these sign-ins are for. An account of the other kind is a conflict.',
    'customers',
  ),
  provisioning: field(
    z.boolean().default(false),
    'Provisioning',
    'Whether to make an account at the first sign-in. If not, people without an account are denied.',
    true,
  ),
  mapping: mappingField,
};

/** Where Okta documents the endpoints of its servers. */
export const ORG_SERVER_DOCS =
  'https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/#tag/OrgAS/operation/';

const said = (title: string, description: string, example: string) =>
  field(z.string(), title, description, example);

/** What both answer. */
export const outcomeOutput = {
  identity: field(
    z.object({
      issuer: z.string(),
      subject: z.string(),
      email: z.string().optional(),
      emailVerified: z.boolean().optional(),
      claims: z.record(z.string(), z.unknown()),
    }),
    'Identity',
    'Who signed in. Store issuer and subject, unchanged, with the account: together they are the key. E-mail addresses change.',
  ),
  kind: field(
    z.string().optional(),
    'Kind',
    'Name of the profile of the mapping, if it has several.',
    'agents',
  ),
  profile: field(z.record(z.string(), z.unknown()), 'Profile', 'What to store: the mapped fields.', {
    login: 'ana.ruiz@acme.test',
  }),
  assignments: field(
    z.array(z.object({ type: z.string(), value: z.unknown() })),
    'Assignments',
    'What rules and defaults of the mapping give.',
    [{ type: 'role', value: 'Agent' }],
  ),
  groupsAreComplete: field(
    z.boolean(),
    'Groups are complete',
    'False where groups may be missing: give what is among the assignments, and take nothing away.',
    true,
  ),
  decision: field(
    z.enum(['create', 'update', 'link', 'conflict', 'deny']),
    'Decision',
    'What to do: make an account, update the linked one, link the one with the same verified e-mail address, or let nobody in.',
    'update',
  ),
  reason: said('Reason', 'Why.', 'The user 4711 is linked with this sign-in.'),
  record: field(record.optional(), 'Account', 'The one to update or link, or that denies.', {
    id: '4711',
    kind: 'user',
    active: true,
  }),
  records: field(
    z.array(record).optional(),
    'Accounts in conflict',
    'All that are in the way of each other.',
    [
      { id: '4711', kind: 'user', active: true },
      { id: 'c-12', kind: 'customer', active: true },
    ],
  ),
  warnings: warningsField,
};
