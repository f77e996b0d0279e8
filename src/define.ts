import type { z } from 'zod';
import type { JsonList } from './http/json-list.ts';
import type { QueryValue } from './http/path.ts';
import type { Clock, HttpResponse, Method } from './http/types.ts';
import type { ProfileAttribute, ProfileSchema } from './schema/profile-attribute.ts';
import type { Held } from './state/lease.ts';

/**
 * What an action does to Okta; written once, it drives repeats after unclear outcomes, questions of the command line,
 * warnings of hosts and the docs.
 */
export interface Effect {
  kind: 'read' | 'write';
  /** Doing it twice leaves Okta as doing it once, so it may be repeated after a broken connection or a 5xx. */
  idempotent: boolean;
  /** Takes something away that the connector cannot bring back: the command line asks first, or needs --yes. */
  destructive: boolean;
}

/**
 * What must hold for the value of an input. Defaults count as given, and so does null; a value that is no text neither
 * matches nor fails to match. Patterns are regular expressions without look-around, which every engine reads.
 */
export type InputCondition =
  | { is: readonly (string | number | boolean | null)[] }
  | { absent: true }
  | { given: true }
  | { matches: string }
  | { matchesNot: string };

/** Inputs for which an action does less than its `effect` says, and what is better about them. */
export interface MilderEffect<Name extends string = string> {
  /** All of them must hold. */
  when: { readonly [name in Name]?: InputCondition };
  effect: { kind?: 'read'; idempotent?: true; destructive?: false };
}

/** A request as documentation names it: `GET /api/v1/users/{userId}`. */
export type CallName = `${Method} /${string}`;

/**
 * A call as an action writes it; placeholders of `path` are filled from `params`. `T` is what it answers, or an item of the
 * list that it answers.
 */
export interface ApiCall<T = unknown> {
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
  call<T>(call: ApiCall<T>): Promise<HttpResponse & { json: T }>;
  /**
   * The items of a list over all its pages, as far as they are consumed; at most `limit`.
   * @throws OktaError as `call`, and `unexpected_response` for a page that is no list.
   */
  list<T>(call: ApiCall<T>, limit?: number): AsyncGenerator<T, void, undefined>;
  /** One page of a list and path and query of the next; `from` continues at such a place. @throws OktaError as `list`. */
  page<T>(call: ApiCall<T>, from?: string): Promise<Page<T>>;
  /**
   * The attributes that the org defines for a resource; `type` says for which kind of it, such as a user type. Undefined
   * where that cannot be told, the connection may not read schemas, or the answer names no attributes. With `strict` they are
   * read as they are now, and whatever else fails is thrown.
   */
  attributes(
    resource: ResourceDefinition,
    type?: string,
    options?: { strict?: boolean },
  ): Promise<ProfileSchema | undefined>;
  /** Ids by name, kept for a bulk run, in which the same names come again and again. */
  lookups?: Map<string, Promise<string>>;
  /** Whether this run changes something. */
  writes: boolean;
  clock: Clock;
  signal: AbortSignal | undefined;
  /**
   * Runs one step of an action that changes several things. When a later step fails, the error names those that were done
   * and keeps its class, code and cause.
   * @param name what is true afterwards, in one or two words: `deactivated`.
   * @param work a result with `changed: false` means that nothing had to be done; the step is then not among `steps`.
   */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Names of the steps done in this run, in order. */
  steps: readonly string[];
  /** Progress for the person who waits. */
  progress(message: string): void;
  /** What must be said even when nobody watches, for example that a trigger had to start anew. */
  notice(message: string): void;
}

/**
 * One kind of object in Okta: how it is named, read, listed, chosen and described. Everything that depends on the kind
 * (path parameters, drop-downs, attribute forms, exports, what a trigger reads again) follows from this one value.
 */
export interface ResourceDefinition {
  /** snake_case, unique in the connector: `user`. */
  key: string;
  /** What a person calls one of it: `User`. */
  title: string;
  /** OAuth scopes that reading it takes. */
  scopes: readonly string[];
  /** An object as Okta returns it. */
  schema?: z.ZodType;
  /** Path of one object; its placeholder is the input that names the object: `/api/v1/users/{userId}`. */
  one?: string;
  /** How an object is named in an input. */
  names?: {
    /** `Id, login or short name`. */
    words: string;
    example: string;
    /** What a person would rather type than an id: `ana.ruiz@acme.test`. */
    handle: string;
    /** Requests that finding it by a name takes. */
    calls: readonly CallName[];
    /** What can stand in a path for a name. @throws OktaError `not_found` when nothing has it. */
    resolve(context: ActionContext, reference: string): Promise<string>;
  };
  /** A drop-down to choose one from. */
  choices?: {
    /** Plural: `users`. */
    key: string;
    title: string;
    load(context: ActionContext, query: { search?: string; cursor?: string }): Promise<OptionsPage>;
  };
  /** The list of all objects, for exports. */
  table?: TableDefinition;
  /** The attributes that an org defines for it. */
  attributes?: {
    scopes: readonly string[];
    /** Requests that reading them takes. */
    calls: readonly CallName[];
    /** Okta's schema of a kind of it; undefined where the kind is not known. */
    read(get: (path: string) => Promise<unknown>, type: string | undefined): Promise<unknown>;
    /** The kinds that an org has beside the default one; left out where all objects have the same attributes. */
    kinds?(get: (path: string) => Promise<unknown>): Promise<string[]>;
    /** The attribute by which people know the object: `login`. */
    natural: string;
    /** What Okta's base schema asks of a new object; an org can change it. */
    required?: readonly string[];
  };
}

/** A list over all pages, and the columns of a table of it. */
export interface TableDefinition {
  path: string;
  pageSize: number;
  /** The attributes that the org defines are columns, too. */
  hasAttributes?: true;
  /** Columns, `profile.department` for nested members. */
  columns(attributes: readonly ProfileAttribute[] | undefined): string[];
  /** Members of the objects that no column is for. */
  further: readonly string[];
}

/** Types a resource; adds nothing. */
export function defineResource(definition: ResourceDefinition): ResourceDefinition {
  return definition;
}

/** Where each query parameter or body member comes from: the input of the same name, or computed from the input. */
type From<I> = readonly (keyof I & string)[] | ((input: I) => Record<string, unknown>);

/** A single call as data. */
export interface RequestTemplate<I> {
  method: Method;
  /** Placeholders are inputs; one that names an object is resolved as its resource says. */
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
  resource: ResourceDefinition;
  title: string;
  description: string;
  docsUrl: string;
  /** OAuth scopes that the whole action needs. */
  scopes: readonly string[];
  /** The worst that it does with any input. */
  effect: Effect;
  /**
   * Where the effect depends on the input. Each entry can only make it milder, so that a host that does not know a
   * condition may leave it out and warns once too often, never once too rarely.
   */
  effectWhen?: readonly MilderEffect<keyof z.output<I> & string>[];
  input: I;
  output: O;
  request?: RequestTemplate<z.output<I>>;
  /** Every request that `run` or `stream` can send; those that resolve names and read attributes are known. */
  calls?: readonly CallName[] | 'any';
  run?: (context: ActionContext, input: z.output<I>) => Promise<z.input<O>>;
  /** A list that takes more than one call, or a branch: the items, as they come. The output is then an array. */
  stream?: (context: ActionContext, input: z.output<I>) => AsyncGenerator<unknown, void, undefined>;
  /** Shapes the answer of `request`; the parsed body when left out. */
  result?: (body: unknown, input: z.output<I>) => z.input<O>;
  sample: { input: z.input<I>; output: z.input<O> };
}

/** Types an action; adds nothing. */
export function defineAction<const K extends string, I extends z.ZodType, O extends z.ZodType>(
  definition: ActionDefinition<I, O> & { key: K },
): ActionDefinition<I, O> & { key: K } {
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

/** How events reach a trigger: by asking Okta, by Okta calling, or by a search at set times. */
export type TriggerKind = 'polling' | 'webhook' | 'schedule';

/** What a trigger delivers; the same thing has the same id. */
export interface TriggerItem {
  id: string;
  [name: string]: unknown;
}

/** What a source reads with. */
export interface SourceRun<I = Record<string, unknown>> {
  /** Checked against the trigger's schema. */
  input: I;
  context: ActionContext;
}

/** A run that continues the one before it. `S` is what is remembered, `U` what is kept in memory. */
export interface HeldRun<I = Record<string, unknown>, S = unknown, U = unknown> extends SourceRun<I> {
  /** What the last run saved. Nobody else has it meanwhile; the engine releases it at the end. */
  held: Held<S>;
  /** Stop after this many pages; the rest follows in the next run. */
  maxPages?: number;
  /**
   * Shared by the runs of one process: what was delivered and perhaps not saved, which the next run leaves out. A disk may
   * get full in between.
   */
  unsaved: { value?: U };
}

/** What an event hook has to deliver for one input, and what becomes of an event. */
export interface HookFilter {
  eventTypes: readonly string[];
  /** What the hook missed is looked for in the System Log. */
  reconciles: boolean;
  /** Whether the trigger is about this event. */
  matches(event: unknown): boolean;
  /** @throws OktaError when what belongs to the item cannot be read; the event is then offered again. */
  item(context: ActionContext, event: unknown): Promise<TriggerItem>;
}

/** Where the items of a trigger come from. */
export interface TriggerSource<I = Record<string, unknown>, S = unknown, U = unknown> {
  /** One run: the items since the last one. What was taken is saved when the consumer comes back for more. */
  run(run: HeldRun<I, S, U>): AsyncGenerator<TriggerItem, void, undefined>;
  /** A few recent items, newest first, without any state: for setting a trigger up. */
  sample(run: SourceRun<I>, limit: number): Promise<TriggerItem[]>;
  /**
   * How an event hook delivers the same items at once; left out where none can.
   * @throws InputError naming what of this input no hook can deliver.
   */
  hook?(input: I): HookFilter;
}

/** One trigger. All share one engine; the source says what there is to deliver. */
export interface TriggerDefinition<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** snake_case, unique in the connector. */
  key: string;
  resource: ResourceDefinition;
  title: string;
  description: string;
  docsUrl: string;
  scopes: readonly string[];
  kind: TriggerKind;
  input: I;
  output: O;
  source: TriggerSource<z.output<I>>;
  /** The types of events that it is always about; left out where the input says. */
  eventTypes?: readonly string[];
  sample: { input: z.input<I>; output: z.input<O> };
}

/** Types a trigger; adds nothing. */
export function defineTrigger<const K extends string, I extends z.ZodType, O extends z.ZodType>(
  definition: TriggerDefinition<I, O> & { key: K },
): TriggerDefinition<I, O> & { key: K } {
  return definition;
}
