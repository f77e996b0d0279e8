import { z } from 'zod';
import type { ActionContext, ResourceDefinition, TableDefinition } from '../define.ts';
import { InputError } from '../errors/errors.ts';
import { describeIssues } from '../errors/issues.ts';
import { identified } from '../resources/answers.ts';
import { app } from '../resources/app/resource.ts';
import { appAssignment } from '../resources/app-assignment/resource.ts';
import { assignmentTable } from '../resources/app-assignment/table.ts';
import { group } from '../resources/group/resource.ts';
import { log } from '../resources/log/resource.ts';
import { user } from '../resources/user/resource.ts';
import type { ProfileAttribute } from '../schema/profile-attribute.ts';
import type { RunOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';
import { assignmentsOf } from './assignments.ts';

export const EXPORTS = ['users', 'groups', 'apps', 'assignments', 'members', 'events'] as const;

/** What can be exported. */
export type ExportKind = (typeof EXPORTS)[number];

/** Selection within a kind. */
export interface ExportQuery {
  /** Expression in Okta's search language; users and groups. */
  search?: string;
  /** Expression in Okta's filter language; users, groups, apps and events; assignments of the apps that it selects. */
  filter?: string;
  /** Id or exact name; members. */
  group?: string;
  /** Id of an app; assignments. Default: all apps. */
  app?: string;
  /** ISO 8601; events. Default: 24 hours before `until`. */
  since?: string;
  /** ISO 8601; events. Default: now. */
  until?: string;
  /** Maximum number of objects. */
  limit?: number;
}

/** One kind: its table, and the supported selection. */
interface Export {
  of: ResourceDefinition & { table: TableDefinition };
  query: z.ZodType<ExportQuery>;
  scopes?: readonly string[];
  /** Path of the list, if it differs from the list of all objects. */
  path?(
    context: ActionContext,
    query: ExportQuery,
  ): Promise<{ path: string; params: Record<string, string> }>;
  parameters?(context: ActionContext, query: ExportQuery): Record<string, string | undefined>;
  /** Reads the objects where they are not in one list. */
  items?(context: ActionContext, query: ExportQuery): AsyncGenerator<unknown, void, undefined>;
}

const text = z.string().min(1).optional();
const limit = z.int().min(1).optional();
const searched = z
  .strictObject({ search: text, filter: text, limit })
  .refine(
    ({ search, filter }) => search === undefined || filter === undefined,
    'search and filter cannot be combined',
  );
const time = z.iso.datetime({ offset: true }).optional();

const DAY_MS = 24 * 60 * 60 * 1000;

const withTable = (resource: ResourceDefinition) => resource as Export['of'];
const conditions = (_: ActionContext, { search, filter }: ExportQuery) => ({ search, filter });

/** @see https://developer.okta.com/docs/api/#pagination */
const KINDS: Record<ExportKind, Export> = {
  users: { of: withTable(user), query: searched, parameters: conditions },
  groups: { of: withTable(group), query: searched, parameters: conditions },
  apps: { of: withTable(app), query: z.strictObject({ filter: text, limit }), parameters: conditions },
  assignments: {
    of: { ...appAssignment, table: assignmentTable },
    query: z
      .strictObject({ filter: text, app: text, limit })
      .refine(
        ({ filter, app: one }) => filter === undefined || one === undefined,
        'filter and app cannot be combined',
      ),
    items: assignmentsOf,
  },
  members: {
    of: withTable(user),
    scopes: group.scopes,
    query: z.strictObject({ group: z.string('is needed: id or exact name').min(1), limit }),
    path: async (context, query) => ({
      path: '/api/v1/groups/{groupId}/users',
      params: { groupId: (await group.names?.resolve(context, query.group ?? '')) ?? '' },
    }),
  },
  events: {
    of: withTable(log),
    query: z.strictObject({ filter: text, since: time, until: time, limit }),
    // since and until make the request bounded: its last page has no next link.
    parameters({ clock }, { filter, since, until = new Date(clock.now()).toISOString() }) {
      const from = since ?? new Date(Date.parse(until) - DAY_MS).toISOString();
      if (Date.parse(from) > Date.parse(until)) {
        throw new InputError(`since (${from}) is later than until (${until})`, {
          hint: 'until defaults to now.',
        });
      }
      return { since: from, until, filter, sortOrder: 'ASCENDING' };
    },
  },
};

/** Checks a selection. @throws InputError for one that this kind does not support. */
export function parseExport(
  kind: string,
  query: ExportQuery,
): { scopes: readonly string[]; query: ExportQuery } {
  const found = Object.hasOwn(KINDS, kind) ? KINDS[kind as ExportKind] : undefined;
  if (!found) {
    throw new InputError(`There is no export of ${kind}`, {
      code: 'unknown_operation',
      hint: `There are ${EXPORTS.join(', ')}.`,
    });
  }
  const parsed = found.query.safeParse(query);
  if (parsed.success) return { scopes: found.scopes ?? found.of.scopes, query: parsed.data };
  throw new InputError(`${kind} cannot be exported like this`, {
    causes: describeIssues(parsed.error, found.query),
  });
}

/**
 * The objects of an export, as Okta returns them, page by page.
 * @throws InputError for a selection that this kind does not support.
 */
export async function* exportOf(
  session: Session,
  kind: ExportKind,
  given: ExportQuery,
  options: RunOptions,
): AsyncGenerator<unknown, void, undefined> {
  const { scopes, query } = parseExport(kind, given);
  const context = session.reading(scopes, options);
  const { of, path, parameters, items } = KINDS[kind];
  if (items) return yield* items(context, query);
  const { pageSize } = of.table;
  const place = path ? await path(context, query) : { path: of.table.path };
  const asked = { ...parameters?.(context, query), limit: pageSize };
  // Malformed log events are exported unchanged; everything else needs an id.
  const answer = of.one === undefined ? undefined : identified;
  yield* context.list({ method: 'GET', ...place, query: asked, answer }, query.limit);
}

/** The columns of this kind's table. @param attributes attributes of the org; default: the base attributes. */
export const columnsOf = (kind: ExportKind, attributes?: readonly ProfileAttribute[]): string[] =>
  KINDS[kind].of.table.columns(attributes);

/** Key of the resource whose attributes are columns of this kind; undefined when none are. */
export function attributesIn(kind: ExportKind): string | undefined {
  const { key, table } = KINDS[kind].of;
  return table.hasAttributes && key;
}

/**
 * The top-level members of these objects, used to reject misspelt fields.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/
 */
export function topMembersOf(kind: ExportKind): string[] {
  const { columns, further } = KINDS[kind].of.table;
  const begins = columns(undefined).map((column) => column.split('.')[0] ?? column);
  return [...new Set([...begins, ...further])];
}
