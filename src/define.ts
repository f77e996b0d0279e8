import type { z } from 'zod';
import type { JsonList } from './http/json-list.ts';
import type { QueryValue } from './http/path.ts';
import type { Clock, HttpResponse, Method } from './http/types.ts';
import type { ProfileAttribute, ProfileSchema } from './schema/profile-attribute.ts';
import type { Held } from './state/lease.ts';

/**
 * What an action does to Okta. This single declaration decides whether a request with an unclear outcome is retried,
 * whether the command line asks for confirmation, and what hosts and the docs warn about.
 */
export interface Effect {
  kind: 'read' | 'write';
  /** Running it twice has the same effect as once, so it may be retried after a broken connection or a 5xx. */
  idempotent: boolean;
  /** Removes something that the connector cannot restore: the command line asks first, or requires --yes. */
  destructive: boolean;
}

/**
 * A condition on the value of an input. Defaults and null count as given; neither `matches` nor `matchesNot` holds for a
 * value that is not a string. Patterns are regular expressions without look-around, so that every engine supports them.
 */
export type InputCondition =
  | { is: readonly (string | number | boolean | null)[] }
  | { absent: true }
  | { given: true }
  | { matches: string }
  | { matchesNot: string };

/** Inputs for which an action is safer than its `effect` says, and in what respect. */
export interface MilderEffect<Name extends string = string> {
  /** All conditions must hold. */
  when: { readonly [name in Name]?: InputCondition };
  effect: { kind?: 'read'; idempotent?: true; destructive?: false };
}

/** A request in the notation of the API reference: `GET /api/v1/users/{userId}`. */
export type CallName = `${Method} /${string}`;

/**
 * A call to Okta, as actions describe it; placeholders in `path` are filled from `params`. `T` is the type of the answer, or
 * of one item if the answer is a list.
 */
export interface ApiCall<T = unknown> {
  method: Method;
  /** `/api/v1/users/{userId}` */
  path: string;
  params?: Record<string, string>;
  query?: Record<string, QueryValue | readonly QueryValue[]>;
  body?: unknown;
  headers?: Record<string, string>;
  /** Whether the call may be retried; overrides the effect of the action. */
  idempotent?: boolean;
  /** Goes on although the run is stopped, within the limits of time of a call: what makes, or takes back, something. */
  lasting?: boolean;
  /**
   * Schema of the answer, or of each item of a list. It only validates: the answer is passed on unchanged. Lists of System
   * Log events have none, because one malformed event must not block those after it.
   */
  answer?: z.ZodType<T>;
  /** Members that may contain the list if Okta wraps it in an object. Without them the answer must be an array. */
  listIn?: readonly string[];
}

/** A request that carries no credential of the connection. */
export interface UnsignedRequest {
  method: 'GET' | 'POST';
  /** Path and query, percent-encoded. */
  path: string;
  headers?: Record<string, string>;
  form?: URLSearchParams;
  /** Sent as it is, with the content type of the headers. */
  text?: string;
}

/** One page of a list. */
export interface Page<T = unknown> {
  readonly items: T[];
  /** The same items, for a long page: each is parsed when it is consumed. */
  elements?: JsonList;
  /** Path and query of the next page; undefined on the last one. */
  next: string | undefined;
  /** The `Date` header of the answer, milliseconds since the epoch; undefined if missing or invalid. It may be wrong. */
  serverNow: number | undefined;
  /** Local time at which the answer arrived, milliseconds since the epoch; it may be wrong, too. */
  receivedAt: number;
}

/** What an action's `run` can use. It hides HTTP and authentication. */
export interface ActionContext {
  /** Origin of the org: `https://acme.okta.com`. */
  orgUrl: string;
  /** Mark of the credential: another one may see other objects. */
  credential: string;
  /**
   * Sends a call, with authentication, rate limiting and retries.
   * @throws OktaError for any status outside 2xx; `unexpected_response` for a 2xx that does not match `answer`.
   */
  call<T>(call: ApiCall<T>): Promise<HttpResponse & { json: T }>;
  /**
   * The items of a list, at most `limit`; pages are fetched as the items are consumed.
   * @throws OktaError as `call`, and `unexpected_response` for a page that is not a list.
   */
  list<T>(call: ApiCall<T>, limit?: number): AsyncGenerator<T, void, undefined>;
  /** One page of a list; `from` is the `next` of the previous page. @throws OktaError as `list`. */
  page<T>(call: ApiCall<T>, from?: string): Promise<Page<T>>;
  /**
   * Sends a request to the org without the credential of the connection, for endpoints at which a client or a person is asked
   * who they are. It is repeated where that is safe. An answer outside 2xx that stays is returned: it says why.
   * @throws OktaError without a usable answer, and for 429 and 5xx.
   */
  unsigned(request: UnsignedRequest): Promise<HttpResponse>;
  /**
   * Must be awaited before a write that goes to another system by other means than this context. A bulk run notes it down, so
   * that nothing unclear is repeated; a dry run throws, and the write is not sent.
   */
  announce(write: { method: Method; path: string }): Promise<void>;
  /**
   * The attributes that the org defines for a resource; `type` selects the kind of object, such as a user type. Undefined if
   * the kind is not known, the connection may not read schemas, or the answer contains no attributes. With `strict` the
   * cache is bypassed, and any other failure is thrown.
   */
  attributes(
    resource: ResourceDefinition,
    type?: string,
    options?: { strict?: boolean },
  ): Promise<ProfileSchema | undefined>;
  /** Ids by name, cached during a bulk run, whose rows often repeat the same names. */
  lookups?: Map<string, Promise<string>>;
  /** Whether this run changes anything in Okta. */
  writes: boolean;
  clock: Clock;
  /** Bytes that nobody can guess. */
  random(bytes: number): Uint8Array;
  /** What the runs over one connection remember until it is closed: the keys of an issuer, what works only once. */
  memory: Map<string, unknown>;
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
  /** Reports progress to a waiting user. */
  progress(message: string): void;
  /** Reports what must be logged even if nobody is watching, for example that a trigger lost its position. */
  notice(message: string): void;
}

/** What an administrator wants to get done: the categories of the connector, by which hosts and docs order operations. */
export type Job =
  | 'join'
  | 'leave'
  | 'help'
  | 'incident'
  | 'people'
  | 'groups'
  | 'apps'
  | 'admins'
  | 'rules'
  | 'governance'
  | 'events'
  | 'org';

/**
 * One kind of object in Okta: how it is named, read, listed, selected and described. Everything that depends on the kind
 * (path parameters, drop-downs, attribute forms, exports, objects included by triggers) is derived from this definition.
 */
export interface ResourceDefinition {
  /** snake_case, unique in the connector: `user`. */
  key: string;
  /** Display name, singular: `User`. */
  title: string;
  /** What one of its objects is called within a sentence, singular. Default: the title. */
  noun?: string;
  /** The job that most of its operations are for. */
  job?: Job;
  /** OAuth scopes needed to read it. */
  scopes: readonly string[];
  /** An object as Okta returns it. */
  schema?: z.ZodType;
  /** Path of one object; the placeholder has the name of the input that identifies it: `/api/v1/users/{userId}`. */
  one?: string;
  /** Types by which System Log events name it among their targets: `PolicyEntity`. */
  logged?: readonly string[];
  /**
   * Where Okta has one object at a path that depends on the form of its id. A connection may read objects of one form and not
   * of the other, so an item about one that is refused says why, and holds nothing up.
   */
  forms?: readonly { id: RegExp; one: string; scopes: readonly string[] }[];
  /** How an input refers to an object. */
  names?: {
    /** `Id, login or short name`. */
    words: string;
    example: string;
    /** Example of what people type instead of an id: `ana.ruiz@acme.test`. */
    handle: string;
    /** Requests that looking it up by name may send. */
    calls: readonly CallName[];
    /**
     * Turns a reference into a value that a path can contain. `within` has the placeholders of the path before it, resolved.
     * @throws OktaError `not_found` when nothing has this name.
     */
    resolve(context: ActionContext, reference: string, within?: Record<string, string>): Promise<string>;
  };
  /** A drop-down of the objects. */
  choices?: {
    /** Plural: `users`. */
    key: string;
    title: string;
    load(context: ActionContext, query: OptionsQuery): Promise<OptionsPage>;
    /** Inputs on which the list depends: `userId` for the factors of a user. `load` gets their values in `within`. */
    within?: readonly string[];
  };
  /** The list of all objects, for exports. */
  table?: TableDefinition;
  /** The attributes that the org defines for it. */
  attributes?: {
    scopes: readonly string[];
    /** Requests that reading them may send. */
    calls: readonly CallName[];
    /** Okta's schema for one kind of the object; undefined if the kind is not known. */
    read(get: (path: string) => Promise<unknown>, type: string | undefined): Promise<unknown>;
    /** The kinds of the org other than the default; omitted if all objects have the same attributes. */
    kinds?(get: (path: string) => Promise<unknown>): Promise<string[]>;
    /** The attribute by which people identify the object: `login`. */
    natural: string;
    /** What Okta's base schema asks of a new object; an org can change it. */
    required?: readonly string[];
  };
}

/** The list of all objects, and its columns as a table. */
export interface TableDefinition {
  path: string;
  pageSize: number;
  /** Set if the attributes that the org defines are also columns. */
  hasAttributes?: true;
  /** Column names; dotted for nested members: `profile.department`. */
  columns(attributes: readonly ProfileAttribute[] | undefined): string[];
  /** Top-level members of the objects that have no column. */
  further: readonly string[];
}

/** Infers the type of a resource definition; returns it unchanged. */
export function defineResource(definition: ResourceDefinition): ResourceDefinition {
  return definition;
}

/** Source of the query parameters or body members: the inputs of these names, or a function of the input. */
type From<I> = readonly (keyof I & string)[] | ((input: I) => Record<string, unknown>);

/** A single call, declared as data. */
export interface RequestTemplate<I> {
  method: Method;
  /** Placeholders are inputs; a reference to an object is resolved by its resource. */
  path: string;
  query?: From<I>;
  body?: From<I>;
  headers?: (input: I) => Record<string, string>;
  /**
   * Schema of the answer for this input. Default: an object with the required members of the output, or, if `result` is
   * set, an empty answer or any object.
   */
  answer?: (input: I) => z.ZodType;
  /** Items per page; set for lists only, 0 if Okta takes none. The output is then an array, bounded by the input `limit`. */
  pageSize?: number;
  /** Members that may contain the list, if Okta wraps it in an object. */
  listIn?: readonly string[];
  /**
   * Set for changes only: Okta's answers that mean "already so". The output is then that of `changeOutput`: the ids, whether
   * anything changed, and the members of the answer.
   */
  already?: readonly Already[];
}

/** An answer that means "already so": Okta's error code, alone or with a pattern for one of its causes. */
export type Already = string | { code: string; cause: RegExp };

/** How to find what an action would create, so that hosts can offer "find or create". */
export interface Finder {
  /** Key of an action that finds it exactly, or nothing. */
  find: string;
  /** Inputs of the search, by the dotted input of the creation that has their value: `{ 'profile.login': 'login' }`. */
  by: Readonly<Record<string, string>>;
  /** Further inputs of the search, always the same. */
  with?: Readonly<Record<string, unknown>>;
  /** Member of the search's output that is the object, absent if there is none. Without it, the output is a list. */
  at?: string;
}

/** One action: its documentation, schemas and behaviour in one object. */
export interface ActionDefinition<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** snake_case, unique in the connector. */
  key: string;
  resource: ResourceDefinition;
  /** What it is about, within a sentence, singular: `group member`. Default: the noun of the resource. */
  noun?: string;
  /** Default: the job of the resource. */
  job?: Job;
  title: string;
  description: string;
  docsUrl: string;
  /** OAuth scopes needed by all calls of the action. */
  scopes: readonly string[];
  /** The effect in the worst case, over all inputs. */
  effect: Effect;
  /**
   * Exceptions that depend on the input. An entry can only make the effect milder, so a host that does not understand a
   * condition can ignore it: it then warns too often, never too rarely.
   */
  effectWhen?: readonly MilderEffect<keyof z.output<I> & string>[];
  /** It sends nothing to Okta, so it works without a connection. */
  offline?: true;
  /** Set if what it creates can be looked up by the same inputs. */
  finder?: Finder;
  input: I;
  output: O;
  request?: RequestTemplate<z.output<I>>;
  /** Every request that `run` or `stream` may send, except those that resolve names and read attributes. */
  calls?: readonly CallName[] | 'any';
  run?: (context: ActionContext, input: z.output<I>) => Promise<z.input<O>>;
  /** For lists that need more than one call, or a choice of calls: yields the items. The output is then an array. */
  stream?: (context: ActionContext, input: z.output<I>) => AsyncGenerator<unknown, void, undefined>;
  /** Set if it works on another system, too: inputs about that system and what is remembered of it. */
  elsewhere?: readonly (keyof z.output<I> & string)[];
  /** Turns the answer to `request` into the output. Default: the parsed body. */
  result?: (body: unknown, input: z.output<I>) => z.input<O>;
  sample: { input: z.input<I>; output: z.input<O> };
}

/** Infers the type of an action definition; returns it unchanged. */
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

/** What a dynamic drop-down is asked for. */
export interface OptionsQuery {
  /** What the user typed. */
  search?: string;
  /** The `cursor` of the previous page. */
  cursor?: string;
  /** Values of the inputs on which the list depends. */
  within?: Record<string, string>;
}

/** A page of a dynamic drop-down; the last page has no `cursor`. */
export interface OptionsPage {
  items: Option[];
  cursor?: string;
}

/** How events reach a trigger: by polling Okta, by a call from Okta, or by searches at scheduled times. */
export type TriggerKind = 'polling' | 'webhook' | 'schedule';

/** What a trigger delivers. Redelivery of the same item keeps its id. */
export interface TriggerItem {
  id: string;
  [name: string]: unknown;
}

/** What a source needs to read. */
export interface SourceRun<I = Record<string, unknown>> {
  /** Already validated against the trigger's schema. */
  input: I;
  context: ActionContext;
}

/** A run that continues the previous one. `S` is the saved state, `U` the state kept in memory. */
export interface HeldRun<I = Record<string, unknown>, S = unknown, U = unknown> extends SourceRun<I> {
  /** The state saved by the last run, locked for this run; the engine releases it at the end. */
  held: Held<S>;
  /** Stop after this many pages; the next run continues there. */
  maxPages?: number;
  /** Items to ask for in one page, where the source can choose. */
  pageSize?: number;
  /** Called when the run stops at `maxPages` and there may be more. */
  onMore?: () => void;
  /** Where events of an unexpected shape go instead; without it they are delivered. */
  setAside?: ((event: unknown) => Promise<void>) | undefined;
  /**
   * Shared by the runs of one process: what was delivered but perhaps not saved, for example because the disk was full. The
   * next run skips it.
   */
  unsaved: { value?: U };
}

/** Which events an event hook delivers for one input, and how an event becomes an item. */
export interface HookFilter {
  eventTypes: readonly string[];
  /** Okta signs what it delivers (Shared Signals): the event types are those of a stream, and no hook is needed. */
  signed?: true;
  /** Whether the System Log is polled for events that the hook or the stream missed. */
  reconciles: boolean;
  /** What to look for in the System Log, where that is not what the hook or the stream brings. */
  loggedTypes?: readonly string[];
  /** Whether the trigger fires for this event. */
  matches(event: unknown): boolean;
  /** @throws OktaError when an object that belongs to the item cannot be read; the event is then retried. */
  item(context: ActionContext, event: unknown): Promise<TriggerItem>;
}

/** Where the items of a trigger come from. */
export interface TriggerSource<I = Record<string, unknown>, S = unknown, U = unknown> {
  /** One run: the items since the last run. Consumed items are saved when the consumer requests the next one. */
  run(run: HeldRun<I, S, U>): AsyncGenerator<TriggerItem, void, undefined>;
  /**
   * The state without what no later run needs, for a state that travels with each request; omitted if it is small anyway.
   * @param last the state before the run.
   */
  compact?(state: S, last: S | undefined): S;
  /** Its runs can set events aside. */
  setsAside?: true;
  /**
   * Whether a run that delivered nothing may leave the state as it was saved last: the next run would deliver the same. Omitted
   * if each run has to be saved.
   */
  isAsGood?(last: S, state: S): boolean;
  /** Members of the state that are lists which grow and whose elements never change: a store may write what is new of them alone. */
  lists?: readonly string[];
  /** A few recent items, newest first, without touching the state: for setting up a trigger. */
  sample(run: SourceRun<I>, limit: number): Promise<TriggerItem[]>;
  /**
   * How an event hook delivers the same items instantly; omitted if no hook can.
   * @throws InputError naming the part of the input that no hook supports.
   */
  hook?(input: I): HookFilter;
}

/** One trigger. All triggers share one engine; the source provides the items. */
export interface TriggerDefinition<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** snake_case, unique in the connector. */
  key: string;
  resource: ResourceDefinition;
  /** What it is about, within a sentence, singular: `credential`. Default: the noun of the resource. */
  noun?: string;
  title: string;
  description: string;
  docsUrl: string;
  scopes: readonly string[];
  kind: TriggerKind;
  /** It asks Okta for nothing, so it works without a connection. */
  offline?: true;
  /** Okta sends to a server of ours: hosts that can be reached have a node that is this server. */
  served?: true;
  /** Okta signs what it sends: only for hosts that pass requests on byte by byte and send our answers. */
  signed?: true;
  input: I;
  output: O;
  source: TriggerSource<z.output<I>>;
  /** The event types that it fires for; omitted if the input selects them. */
  eventTypes?: readonly string[];
  sample: { input: z.input<I>; output: z.input<O> };
}

/** Infers the type of a trigger definition; returns it unchanged. */
export function defineTrigger<const K extends string, I extends z.ZodType, O extends z.ZodType>(
  definition: TriggerDefinition<I, O> & { key: K },
): TriggerDefinition<I, O> & { key: K } {
  return definition;
}
