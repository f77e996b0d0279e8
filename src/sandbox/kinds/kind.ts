import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import type { EventType } from '../system-log/event-types.ts';
import type { StoredObject } from './object-store.ts';

export type Operation = 'list' | 'read' | 'create' | 'replace' | 'update' | 'delete';

/** A change of status: POST `{object}/lifecycle/{name}`. */
export interface Transition {
  /** The status afterwards. */
  status: string;
  /** The statuses in which it is possible, besides the one afterwards; all if omitted. Others are refused with E0000107. */
  from?: readonly string[];
  /** The answer: the object, `{}`, or nothing. */
  answers: 'object' | 'empty object' | 'nothing';
  /** HTTP status of the answer; 204 for `nothing`, otherwise 200. */
  code?: number;
  event?: EventType;
  /** What else happens. */
  also?(call: Call, object: StoredObject): void;
}

/** How the list of a kind is paged. */
export interface ListForm {
  /** Page size without `limit`, and the largest; omitted if the list has no pages. */
  limit?: readonly [standard: number, maximum: number];
  /** Member that contains the items; the next page is then linked in the body, at `_links.next`. */
  in?: string;
  /** Which objects the query selects. @throws Refusal for a query that Okta refuses. */
  select?(call: Call): (object: StoredObject) => boolean;
  /** The order of the list; by default the one in which objects were created. */
  order?(a: StoredObject, b: StoredObject, call: Call): number;
}

/**
 * One kind of object that the org stores as JSON. Its endpoints, states, answers and log events are derived from this
 * declaration; what is special about it is a function here.
 */
export interface Kind {
  /** Path of the list; placeholders in it name the owner: `/api/v1/policies/:policyId/rules`. */
  path: string;
  /** Placeholder of one object: `zoneId`. */
  param: string;
  /** First three letters of its ids; a function if they depend on the object. */
  prefix: string | ((body: Json) => string);
  /** Member by which an object can be addressed instead of by its id: `label`. */
  alias?: string;
  /** Whether answers have a Link header that repeats the link `self` of the body. */
  linkHeader?: true;
  /** Okta's name of it in errors and in the log: `NetworkZone`. */
  type: string;
  /** OAuth scopes without `.read` and `.manage`, separated by a space: `okta.networkZones`. */
  scope: string;
  /** The endpoints that exist; all but `update` (a partial change by PATCH or POST) by default. */
  serves?: readonly Operation[];
  /** Method of `update`. */
  updatesBy?: 'POST' | 'PATCH';
  list?: ListForm;
  /** Runs before each operation: the owner must exist, a feature must be on. @throws Refusal */
  guard?(call: Call): void;
  /** Checks the body of a new object and completes it. @throws Refusal */
  make?(call: Call, body: Json): Json;
  /** Checks the body of a replacement; by default like a new object, with the status kept. @throws Refusal */
  change?(call: Call, body: Json, known: StoredObject): Json;
  /** The object as the API returns it; by default id, members, times and links. */
  view?(call: Call, object: StoredObject): Json;
  /** Links besides `self` and those of the transitions. */
  links?(call: Call, object: StoredObject, self: string): Json;
  /** HTTP status of a creation: 200 by default. */
  created?: 200 | 201;
  /** Transitions by name: `activate`. */
  lifecycle?: Readonly<Record<string, Transition>>;
  /** What else happens when it is created. */
  made?(call: Call, object: StoredObject): void;
  /** Whether it may be deleted. @throws Refusal */
  mayDelete?(call: Call, object: StoredObject): void;
  /** What else happens when it is deleted. */
  deleted?(call: Call, object: StoredObject): void;
  /** The answer to a deletion: 204 by default. */
  deletion?: { status: number; body?: unknown };
  /** The events that are logged. */
  events?: { create?: EventType; update?: EventType; delete?: EventType };
  /** Members whose values before and after a change the log tells, with the names that it has for them. */
  tells?: Readonly<Record<string, string>>;
  /** The name of an object, for the log; by default its member `name`. */
  nameOf?(object: StoredObject): string;
}

/** Keeps the type of a declaration. */
export function defineKind(kind: Kind): Kind {
  return kind;
}
