/** The kinds of resource that the server has. */
export type ScimType = 'User' | 'Group';

/** Attributes of a resource under their canonical names, extensions under their URN; without what the server itself makes. */
export type ScimAttributes = Readonly<Record<string, unknown>>;

/** A resource as it is kept. Members of groups are apart. */
export interface StoredResource {
  /** Its place in lists: counts up as resources are created. */
  n: number;
  type: ScimType;
  /** A UUID. */
  id: string;
  /** 1 for a new one, counts up with each change, memberships of a group included. */
  version: number;
  /** Milliseconds since the epoch. */
  createdMs: number;
  modifiedMs: number;
  attributes: ScimAttributes;
}

/** A resource without what the store gives it. */
export type ResourceToStore = Omit<StoredResource, 'n' | 'version'>;

export const SCIM_EVENT_KINDS = [
  'user.provisioned',
  'user.changed',
  'user.deactivated',
  'user.reactivated',
  'user.deleted',
  'group.created',
  'group.changed',
  'group.deleted',
  'membership.added',
  'membership.removed',
] as const;

/** What happened. */
export type ScimEventKind = (typeof SCIM_EVENT_KINDS)[number];

/** One thing that happened to one object. */
export interface ScimEvent {
  /** Its place in the order of all events; there may be gaps. */
  seq: number;
  /** A UUID that stays the same when the event is delivered again. */
  id: string;
  /** ISO 8601. */
  at: string;
  kind: ScimEventKind;
  /** For a membership: Group, and the id of the group. */
  resourceType: ScimType;
  resourceId: string;
  /**
   * The resource before and after, null where there is none; without the members of a group, and never with a password. For a
   * membership: `{ group: { id, displayName, externalId? }, member: { id, type, userName?, displayName?, externalId? } }`.
   */
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  /** Paths of the attributes that differ: `active`, `name.givenName`, `urn:…:User:department`. */
  changed: string[];
  request: { method: string; path: string };
}

/** One object to create, change or delete. */
export interface ScimWrite {
  type: ScimType;
  id: string;
  /** The version that it has now; 0: there is none yet. */
  expected: number;
  /** What it becomes; undefined: it is deleted, with its members and memberships. */
  after: ResourceToStore | undefined;
  /** Ids to add to a group, which are not members yet, and to remove, which are. */
  added?: readonly string[];
  removed?: readonly string[];
}

/** A member of a group, with what is shown of it. */
export type StoredMember = Pick<StoredResource, 'n' | 'type' | 'id' | 'attributes'>;

/** A group of a member. */
export interface StoredMembership {
  memberId: string;
  groupId: string;
  displayName: string;
}

/** What `commit` throws when something changed since it was read: read again, and decide again. */
export class StaleWrite extends Error {
  override readonly name = 'StaleWrite';
}

/** What `commit` throws when another resource of the type has this value. */
export class NotUnique extends Error {
  override readonly name = 'NotUnique';
  readonly attribute: UniqueAttribute;
  constructor(attribute: UniqueAttribute) {
    super(`${attribute} is taken`);
    this.attribute = attribute;
  }
}

/** Attributes that identify a resource of a type; `name` is the userName of a user and the displayName of a group. */
export type UniqueAttribute = 'name' | 'externalId';

/** Where resources, memberships and the events of their changes are kept. */
export interface ScimStore {
  /** Those that exist, in any order. */
  get(type: ScimType, ids: readonly string[]): Promise<StoredResource[]>;
  /** @param value of any case for `name`, exact for `externalId`. */
  find(type: ScimType, attribute: UniqueAttribute, value: string): Promise<StoredResource | undefined>;
  /** Users who have this e-mail address, of any case; in any order. */
  withEmail(address: string): Promise<StoredResource[]>;
  count(type: ScimType): Promise<number>;
  /** In the order of `n`: those above `after`, without the first `offset` of them. */
  page(type: ScimType, page: { after?: number; offset?: number; limit: number }): Promise<StoredResource[]>;

  /** Members of a group in the order of their `n`, those above `after`. */
  members(groupId: string, page: { after?: number; limit: number }): Promise<StoredMember[]>;
  /** Which of these are members of the group. */
  membersAmong(groupId: string, ids: readonly string[]): Promise<Set<string>>;
  /** Groups that have these as direct members, ordered by displayName. */
  groupsOf(memberIds: readonly string[]): Promise<StoredMembership[]>;

  /**
   * Makes these changes and appends these events, all or nothing; durable when it resolves.
   * @throws StaleWrite when a resource has another version, is gone, or exists already, when a member does not exist, and when one
   * is deleted that is still a member of a group; NotUnique when a value is taken.
   */
  commit(writes: readonly ScimWrite[], events: readonly Omit<ScimEvent, 'seq'>[]): Promise<void>;

  /** Events above a `seq`, in order. */
  events(after: number, limit: number): Promise<ScimEvent[]>;
  /**
   * Keeps the position of a consumer: it has all events up to `seq`. Events that every consumer has may be dropped;
   * one that has not come for a month does not count.
   * A position never goes back.
   */
  acknowledge(consumer: string, seq: number): Promise<void>;
  /** The `seq` up to which a consumer has the events; 0 for a new consumer. */
  position(consumer: string): Promise<number>;
  /**
   * Asks to be the one that delivers events to a consumer, where several processes use the store.
   * @returns false while another one is. Ask again before each batch: a lost connection ends it, and calls back `onEvents`.
   */
  claim(consumer: string): Promise<boolean>;
  /** Calls back after each commit that appended events, of other processes as well. @returns what ends it. */
  onEvents(call: () => void): () => void;

  /** A named value of the server, for instance the hash of its token. */
  getValue(name: string): Promise<string | undefined>;
  setValue(name: string, value: string): Promise<void>;

  close(): Promise<void>;
}

/** The value by which texts without case are compared. */
export const foldCase = (text: string): string => text.normalize('NFC').toLowerCase();

/** The value that makes a resource unique beside its id and externalId. */
export function nameOf(type: ScimType, attributes: ScimAttributes): string {
  const name = type === 'User' ? attributes.userName : attributes.displayName;
  return typeof name === 'string' ? name : '';
}

/** The e-mail addresses by which a user is found. */
export function emailsOf({ emails }: ScimAttributes): string[] {
  const values = (Array.isArray(emails) ? emails : []).map(({ value }) => value);
  return [...new Set(values.filter((value) => typeof value === 'string').map(foldCase))];
}

/** The externalId, if the resource has one. */
export const externalIdOf = ({ externalId }: ScimAttributes): string | undefined =>
  typeof externalId === 'string' ? externalId : undefined;
