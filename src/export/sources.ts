import { z } from 'zod';
import type { ActionContext, Call } from '../define.ts';
import { InputError } from '../errors/errors.ts';
import { describeIssues } from '../errors/issues.ts';
import type { ProfileAttribute } from '../options/profile-schema.ts';
import { identified } from '../resources/answers.ts';
import { groupIdOf } from '../resources/references.ts';
import { profileInput } from '../resources/user.ts';

export const EXPORTS = ['users', 'groups', 'members', 'events'] as const;

/** What can be exported. */
export type ExportKind = (typeof EXPORTS)[number];

/** Which of it. */
export interface ExportQuery {
  /** Expression in Okta's search language; users and groups. */
  search?: string;
  /** Expression in Okta's filter language; users, groups and events. */
  filter?: string;
  /** Id or exact name; members. */
  group?: string;
  /** ISO 8601; events. The last 24 hours when left out. */
  since?: string;
  /** ISO 8601; events. Now when left out. */
  until?: string;
  /** At most this many. */
  limit?: number;
}

interface Source {
  scopes: readonly string[];
  /** What it can be asked for. */
  query: z.ZodType<ExportQuery>;
  /** Members of the objects that no column is for. */
  further: readonly string[];
  /** Columns of a table, `profile.department` for nested members. */
  columns(attributes: readonly ProfileAttribute[] | undefined): string[];
  call(context: ActionContext, query: ExportQuery): Promise<Call>;
}

const text = z.string().min(1).optional();
const limit = z.int().min(1).optional();
const one = ({ search, filter }: ExportQuery) => search === undefined || filter === undefined;
const NOT_BOTH = 'search and filter cannot go together';
const time = z.iso.datetime({ offset: true }).optional();

/** The attributes of every org, for connections that may not read its schema. */
const BASE_ATTRIBUTES = Object.keys(profileInput.shape);

const USER_MEMBERS = ['credentials', 'realmId', 'transitioningToStatus', '_links', '_embedded'];

function userColumns(attributes: readonly ProfileAttribute[] | undefined): string[] {
  const names = attributes?.map(({ name }) => name) ?? BASE_ATTRIBUTES;
  return [
    ...[
      'id',
      'status',
      'created',
      'activated',
      'statusChanged',
      'lastLogin',
      'lastUpdated',
      'passwordChanged',
    ],
    ...['type.id', ...names.map((name) => `profile.${name}`)],
  ];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Each kind with the call that lists it. @see https://developer.okta.com/docs/api/#pagination */
const SOURCES: Record<ExportKind, Source> = {
  users: {
    scopes: ['okta.users.read'],
    query: z.strictObject({ search: text, filter: text, limit }).refine(one, NOT_BOTH),
    further: USER_MEMBERS,
    columns: userColumns,
    call: async (_, { search, filter }) => ({
      method: 'GET',
      path: '/api/v1/users',
      query: { search, filter, limit: 200 },
      answer: identified,
    }),
  },
  groups: {
    scopes: ['okta.groups.read'],
    query: z.strictObject({ search: text, filter: text, limit }).refine(one, NOT_BOTH),
    further: ['objectClass', 'source', '_links', '_embedded'],
    columns: () => [
      ...['id', 'type', 'created', 'lastUpdated', 'lastMembershipUpdated'],
      ...['profile.name', 'profile.description'],
    ],
    call: async (_, { search, filter }) => ({
      method: 'GET',
      path: '/api/v1/groups',
      query: { search, filter, limit: 200 },
      answer: identified,
    }),
  },
  members: {
    scopes: ['okta.groups.read'],
    query: z.strictObject({ group: z.string('is needed: id or exact name').min(1), limit }),
    further: USER_MEMBERS,
    columns: userColumns,
    call: async (context, { group = '' }) => ({
      method: 'GET',
      path: '/api/v1/groups/{groupId}/users',
      params: { groupId: await groupIdOf(context, group) },
      query: { limit: 200 },
      answer: identified,
    }),
  },
  events: {
    scopes: ['okta.logs.read'],
    query: z.strictObject({ filter: text, since: time, until: time, limit }),
    further: [
      ...['version', 'legacyEventType', 'transaction', 'device', 'request', 'debugContext'],
      ...['authenticationContext', 'securityContext'],
    ],
    columns: () => [
      ...['uuid', 'published', 'eventType', 'severity', 'displayMessage', 'outcome.result', 'outcome.reason'],
      ...['actor.id', 'actor.type', 'actor.alternateId', 'actor.displayName', 'client.ipAddress', 'target'],
    ],
    // since and until make it a bounded request: its last page has no next link.
    call: async ({ clock }, { filter, since, until = new Date(clock.now()).toISOString() }) => {
      const from = since ?? new Date(Date.parse(until) - DAY_MS).toISOString();
      if (Date.parse(from) > Date.parse(until)) {
        throw new InputError(`since (${from}) is later than until (${until})`, {
          hint: 'Without until it is now.',
        });
      }
      return {
        method: 'GET',
        path: '/api/v1/logs',
        query: { since: from, until, filter, sortOrder: 'ASCENDING', limit: 1000 },
      };
    },
  },
};

/** Checks what is asked for. @throws InputError for what this kind cannot be asked for. */
export function parseExport(
  kind: string,
  query: ExportQuery,
): { scopes: readonly string[]; query: ExportQuery } {
  const source = Object.hasOwn(SOURCES, kind) ? SOURCES[kind as ExportKind] : undefined;
  if (!source) {
    throw new InputError(`There is no export of ${kind}`, {
      code: 'unknown_operation',
      hint: `There are ${EXPORTS.join(', ')}.`,
    });
  }
  const parsed = source.query.safeParse(query);
  if (parsed.success) return { scopes: source.scopes, query: parsed.data };
  throw new InputError(`${kind} cannot be exported like this`, { causes: describeIssues(parsed.error) });
}

/** The objects of an export, as Okta returns them, page by page. */
export async function* exportItems(
  kind: ExportKind,
  context: ActionContext,
  query: ExportQuery,
): AsyncGenerator<unknown, void, undefined> {
  yield* context.list(await SOURCES[kind].call(context, query), query.limit);
}

/** The columns of a table of these. @param attributes of the org's users; the base ones when they are not known. */
export const columnsOf = (kind: ExportKind, attributes?: readonly ProfileAttribute[]): string[] =>
  SOURCES[kind].columns(attributes);

/**
 * The members of these objects, by which it is known that a field can be there at all.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/
 */
export function membersOf(kind: ExportKind): string[] {
  const { columns, further } = SOURCES[kind];
  const begins = columns(undefined).map((column) => column.split('.')[0] ?? column);
  return [...new Set([...begins, ...further])];
}
