import { z } from 'zod';
import { field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';
import { ACTIVE_STATUSES, USER_STATUSES } from './preset.ts';

const name = z.string().trim().min(1);

/** Any value of JSON. Not `z.json()`: hosts understand no schema that refers to itself. */
const json = z.unknown().refine((value) => value !== undefined, { error: 'is missing', abort: true });

const path = field(
  name,
  'Path',
  'Where Okta has the value: profile.NAME with the name of an attribute, or id, status, created, type.id.',
  'profile.email',
);

const paths = z.union([path, z.array(path).min(1)], {
  error: 'must be a path like profile.email, or a list of paths to try in turn',
});

const from = field(
  paths,
  'From',
  'A path, or several: the first with a value is used.',
  'profile.department',
);

const constant = z.strictObject({
  value: field(json, 'Value', 'The same for everybody.', 'Okta'),
});

const looked = z.strictObject({
  from,
  maxLength: field(
    z.int().min(1).optional(),
    'Maximum length',
    'Longer texts are cut to this number of characters, before they are looked up.',
    50,
  ),
  lookup: field(name.optional(), 'Lookup', 'Name of the table in which the value is looked up.', 'teams'),
  onMiss: field(
    labelled(z.enum(['null', 'keep', 'error']), {
      null: 'No value',
      keep: 'Keep the name',
      error: 'Stop',
    }).nullish(),
    'On miss',
    'If the table lacks the name: null leaves the field empty (default), keep leaves what the target has, error skips the user with a reason.',
    'null',
  ),
  attach: field(
    z.record(name, json).optional(),
    'Attach',
    'More fields that are set when the table has the name, and null when it does not.',
    { isTeamMember: true, isTeamLead: false },
  ),
});

const userField = z.union([paths, looked, constant, z.null()], {
  error: 'must be a path like profile.email, {"from": …}, {"value": …}, or null to leave a preset field out',
});

const groupField = z.union([paths, constant, z.null()], {
  error: 'must be a path like profile.name, {"value": …}, or null to leave a preset field out',
});

const groupType = z.enum(['OKTA_GROUP', 'APP_GROUP', 'BUILT_IN']);

const selector = field(
  z.union(
    [
      name,
      z.strictObject({
        name: field(name.optional(), 'Name', 'Name or id of the group.', 'Service Desk'),
        matches: field(
          name.optional(),
          'Matches',
          'Regular expression (RE2 syntax) for names of groups; case does not matter. Use ^ and $ for the whole name.',
          '^HALO-ROLE-(.+)$',
        ),
        type: field(groupType.optional(), 'Type', 'Only groups of this type.', 'OKTA_GROUP'),
      }),
    ],
    { error: 'must be the name or id of a group, or {"matches": "<regular expression>"}' },
  ),
  'Group',
  'Name or id of a group, or {"matches": "<regular expression>"}; names compare without case.',
  'Service Desk',
);

const scalar = z.union([z.string().min(1), z.number(), z.boolean()], {
  error: 'must be a text, a number, true or false, or a list of them',
});

const given = z.record(
  name,
  z.union([scalar, z.array(scalar).min(1)], {
    error: 'must be a text, a number, true or false, or a list of them',
  }),
);

const rule = z.strictObject({
  group: selector,
  assign: field(
    given.optional(),
    'Assign',
    'What members get, by type: a value or a list. It is taken away when they leave. With "matches", $1 is what the first parentheses matched.',
    { role: 'Agent', site: ['Berlin', 'Paris'] },
  ),
  set: field(
    z.record(name, json).optional(),
    'Set',
    'Fields of members; the first rule that sets a field decides, before the mapped source.',
    { status: 'On leave' },
  ),
  active: field(
    z.literal(false).optional(),
    'Active',
    'False: members are inactive, whatever their status in Okta.',
    false,
  ),
  only: field(
    z.boolean().optional(),
    'Only',
    'True: users in no group of such a rule are left out, and deactivated if the target has them.',
    true,
  ),
});

const rules = field(
  z.array(rule).optional(),
  'Rules',
  'What members of a group get. Only what rules and defaults gave is ever taken away.',
  [{ group: 'Service Desk', assign: { role: 'Agent' } }],
);

const fields = field(
  z.record(name, userField).optional(),
  'Fields',
  'Fields of a user by name, and where each value comes from. They are added to the preset.',
  { emailAddress: 'profile.email', department: { from: 'profile.department', lookup: 'departments' } },
);

const preset = field(
  z.boolean().optional(),
  'Preset',
  'False: without the preset fields, only those given.',
  false,
);

const required = field(
  z.array(name).optional(),
  'Required fields',
  'A user without one of these is skipped, with the reason.',
  ['emailAddress'],
);

const defaults = field(
  given.optional(),
  'Defaults',
  'By type, what users get to whom no rule gives anything of this type.',
  { role: 'User' },
);

const selectors = z.array(selector);

const profile = z.strictObject({
  name: field(name, 'Name', 'Name of the profile, given with each user.', 'agents'),
  when: field(
    z
      .strictObject({
        groups: field(selectors.min(1), 'Groups', 'Members of any of these groups have this profile.', [
          'Service Desk',
        ]),
      })
      .optional(),
    'When',
    'Who has this profile; everybody if left out.',
    { groups: ['Service Desk'] },
  ),
  ...{ preset, fields, required, rules, defaults },
});

/** A mapping as it is written in a file. Each member may be left out; without any, it is the preset. */
export const mappingSchema = field(
  z.strictObject({
    $schema: field(z.string().optional(), 'Schema', 'For editors; not used.', './sync-mapping.schema.json'),
    scope: field(
      z
        .union(
          [
            z.strictObject({
              groups: field(z.array(name).min(1), 'Groups', 'Names or ids of groups.', ['Staff']),
            }),
            z.strictObject({ app: field(name, 'App', 'Label or id of an app.', 'HaloITSM') }),
          ],
          { error: 'must be {"groups": [<names or ids>]} or {"app": <label or id>}' },
        )
        .optional(),
      'Scope',
      'Whom to mirror: members of groups, or users of an app. Everybody if left out.',
      { groups: ['Staff'] },
    ),
    active: field(
      z.array(z.enum(USER_STATUSES)).min(1).optional(),
      'Active statuses',
      `Which of Okta's statuses count as active. Default: ${ACTIVE_STATUSES.join(', ')}.`,
      ['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY', 'PROVISIONED'],
    ),
    match: field(
      z.array(name).min(1).optional(),
      'Match',
      "How a target finds records that it already has: fields to compare, in order; externalId is Okta's id. Default: externalId, login, email.",
      ['externalId', 'login', 'email'],
    ),
    ...{ preset, fields, required },
    lookups: field(
      z
        .record(
          name,
          z.union([name, z.record(z.string(), json)], {
            error: 'must be an object of name: value, or the name of a CSV or JSON file',
          }),
        )
        .optional(),
      'Lookups',
      'Tables by name: each an object of name: value, or a CSV or JSON file beside the mapping. Names compare without case.',
      { departments: { Sales: 3, 'Customer Care': 7 }, teams: 'teams.csv' },
    ),
    ...{ rules, defaults },
    profiles: field(
      z.array(profile).min(1).optional(),
      'Profiles',
      'Several kinds of users. Each user has one: the first that fits. What a profile states is added to what is stated for all.',
      [{ name: 'agents', when: { groups: ['Service Desk'] } }, { name: 'users' }],
    ),
    groups: field(
      z
        .strictObject({
          include: field(
            selectors.optional(),
            'Include',
            'Only these groups; all if left out, none if empty.',
            [{ matches: '^HALO-' }],
          ),
          exclude: field(selectors.optional(), 'Exclude', 'Not these groups.', ['HALO-TEST']),
          everyone: field(
            z.boolean().optional(),
            'Everyone',
            'True: the built-in groups too, of which one has all users.',
            true,
          ),
          preset,
          fields: field(
            z.record(name, groupField).optional(),
            'Fields',
            'Fields of a group by name, and where each value comes from. They are added to the preset.',
            { label: 'profile.name' },
          ),
        })
        .optional(),
      'Groups',
      'Which groups to mirror, and their fields. All but the built-in ones if left out.',
      { include: [{ matches: '^HALO-' }] },
    ),
  }),
  'Mapping of a directory sync',
  'Whom and what to mirror, and how. An empty object is the preset: everybody, all groups but Everyone, standard fields.',
  {
    active: ['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY', 'PROVISIONED'],
    fields: { emailAddress: 'profile.email' },
    rules: [{ group: 'Service Desk', assign: { role: 'Agent' } }],
    defaults: { role: 'User' },
  },
);

/** A mapping as it is written in a file. */
export type MappingInput = z.input<typeof mappingSchema>;

/** A mapping whose shape is right. */
export type MappingData = z.output<typeof mappingSchema>;
