import type { z } from 'zod';
import type { JsonList } from './http/json-list.ts';
import type { QueryValue } from './http/path.ts';
import type { Clock, HttpResponse, Method } from './http/types.ts';
import type { ProfileSchema } from './options/profile-schema.ts';
import type { Conditions } from './triggers/sources/log-query.ts';

export type ResourceKey = 'user' | 'group' | 'app' | 'log' | 'api';

/**
 * What an action does to Okta; written once, it drives repeats after unclear outcomes, questions of the command line,
 * hints of MCP and badges of the docs.
 */
export interface Effect {
  kind: 'read' | 'write';
  /** Doing it twice leaves Okta as doing it once, so it may be repeated after a broken connection or a 5xx. */
  idempotent: boolean;
  /** Takes something away that the connector cannot bring back: the command line asks first, or needs --yes. */
  destructive: boolean;
}

/**
 * A call as an action writes it; placeholders of `path` are filled from `params`. `T` is what it answers, or an item of the
 * list that it answers.
 */
export interface Call<T = unknown> {
  method: Method;
  /** `/api/v1/users/{userId}` */
  path: string;
  params?: Record<string, string>;
  query?: Record<string, QueryValue | readonly QueryValue[]>;
  body?: unknown;
  headers?: Record<string, string>;
  /** Overrides what the effect of the action says about repeating. */
  idempotent?: boolean;
  /**
   * What the answer must be, or each item of a list. It is only checked: what Okta sent is handed on as it is. Lists of the
   * System Log have none, because a single odd event must not hold up those after it.
   */
  answer?: z.ZodType<T>;
  /** Members that may hold the list, where Okta wraps it in an object. Without them the answer must be an array. */
  listIn?: readonly string[];
}

/** One page of a list. */
export interface Page<T = unknown> {
  readonly items: T[];
  /** The same items of a long page, parsed one by one as they are taken. */
  elements?: JsonList;
  /** Path and query of the next page; undefined at the end. */
  next: string | undefined;
  /** The `Date` of the answer, milliseconds since the epoch; undefined without a usable one. It may be wrong. */
  serverNow: number | undefined;
  /** What the clock of this machine showed then; it may be wrong, too. */
  receivedAt: number;
}

/** What an action's `run` can use. It knows neither HTTP nor authentication. */
export interface ActionContext {
  /**
   * Sends a call through all layers.
   * @throws OktaError for anything outside 2xx; `unexpected_response` for a 2xx that is not what `answer` asks for.
   */
  call<T>(call: Call<T>): Promise<HttpResponse & { json: T }>;
  /**
   * The items of a list over all its pages, as far as they are consumed; at most `limit`.
   * @throws OktaError as `call`, and `unexpected_response` for a page that is no list.
   */
  list<T>(call: Call<T>, limit?: number): AsyncGenerator<T, void, undefined>;
  /** One page of a list and path and query of the next; `from` continues at such a place. @throws OktaError as `list`. */
  page<T>(call: Call<T>, from?: string): Promise<Page<T>>;
  /**
   * The profile attributes of a user type (`default` for the default type). Without a type: those of the only one, if
   * the org has just one. Undefined where that is not so, the connection may not read schemas, or the answer names no
   * attributes. With `strict` it is read as it is now, and whatever else fails is thrown.
   */
  profileSchema(typeId?: string, options?: { strict?: boolean }): Promise<ProfileSchema | undefined>;
  /** Group names that were looked up, with their ids: kept for a bulk run, in which they come again and again. */
  groupIds?: Map<string, Promise<string>>;
  /** Whether this run changes something. */
  writes: boolean;
  clock: Clock;
  signal: AbortSignal | undefined;
  /** Progress for the person who waits. */
  progress(message: string): void;
  /** What must be said even when nobody watches, for example that a trigger had to start anew. */
  notice(message: string): void;
}

/** Where each query parameter or body member comes from: the input of the same name, or computed from the input. */
type From<I> = readonly (keyof I & string)[] | ((input: I) => Record<string, unknown>);

/** A single call as data. */
export interface RequestTemplate<I> {
  method: Method;
  /** Placeholders are inputs: `{userId}` takes id or login, `{groupId}` id or name. */
  path: string;
  query?: From<I>;
  body?: From<I>;
  headers?: (input: I) => Record<string, string>;
  /**
   * What the answer must be for this input. When left out: the required members of the output; with `result` nothing, or
   * any object.
   */
  answer?: (input: I) => z.ZodType;
  /** Given for lists: items a page. The output is then an array, and `limit` of the input bounds it. */
  pageSize?: number;
}

/** One action: an object that is the documentation, the schema and the behaviour. */
export interface ActionDefinition<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** snake_case, unique in the connector. */
  key: string;
  resource: ResourceKey;
  title: string;
  description: string;
  docsUrl: string;
  /** OAuth scopes that the whole action needs. */
  scopes: readonly string[];
  effect: Effect;
  /** Where the effect depends on the input. */
  effectOf?: (input: z.output<I>) => Effect;
  input: I;
  output: O;
  request?: RequestTemplate<z.output<I>>;
  run?: (context: ActionContext, input: z.output<I>) => Promise<z.input<O>>;
  /** A list that takes more than one call, or a branch: the items, as they come. The output is then an array. */
  stream?: (context: ActionContext, input: z.output<I>) => AsyncGenerator<unknown, void, undefined>;
  /** Shapes the answer of `request`; the parsed body when left out. */
  result?: (body: unknown, input: z.output<I>) => z.input<O>;
  sample: { input: z.input<I>; output: z.input<O> };
}

/** Types an action; adds nothing. */
export function defineAction<I extends z.ZodType, O extends z.ZodType>(
  definition: ActionDefinition<I, O>,
): ActionDefinition<I, O> {
  return definition;
}

/** One entry of a dynamic drop-down. */
export interface Option {
  value: string;
  label: string;
}

/** A page of a dynamic drop-down; `cursor` is absent at the end. */
export interface OptionsPage {
  items: Option[];
  cursor?: string;
}

/** A drop-down that is filled from the org, searchable and paged. */
export interface OptionsDefinition {
  key: string;
  title: string;
  scopes: readonly string[];
  /** Inputs of actions that this drop-down fills. */
  fills: readonly string[];
  load(context: ActionContext, query: { search?: string; cursor?: string }): Promise<OptionsPage>;
}

/** Types a drop-down; adds nothing. */
export function defineOptions(definition: OptionsDefinition): OptionsDefinition {
  return definition;
}

/** How events reach a trigger: by asking Okta, by Okta calling, or by a search at set times. */
export type TriggerKind = 'polling' | 'webhook' | 'schedule';

/** One trigger. All share one engine over the System Log; a trigger says what of the log it is about. */
export interface TriggerDefinition<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** snake_case, unique in the connector. */
  key: string;
  resource: ResourceKey;
  title: string;
  description: string;
  docsUrl: string;
  scopes: readonly string[];
  kind: TriggerKind;
  input: I;
  output: O;
  /** The events it is about, for this input. */
  conditions: (input: z.output<I>) => Conditions;
  /** The object that is read again for each item when the input asks for it. */
  includes?: 'user' | 'group';
  sample: { input: z.input<I>; output: z.input<O> };
}

/** Types a trigger; adds nothing. */
export function defineTrigger<I extends z.ZodType, O extends z.ZodType>(
  definition: TriggerDefinition<I, O>,
): TriggerDefinition<I, O> {
  return definition;
}
