import { randomUUID } from 'node:crypto';
import { changedPaths } from '../resource/derive.ts';
import { bareResource } from '../resource/whole.ts';
import type { ScimSchemas } from '../schema/schemas.ts';
import type {
  ScimAttributes,
  ScimEvent,
  ScimEventKind,
  ScimType,
  StoredMember,
  StoredResource,
} from '../store/store.ts';

type Shown = Pick<StoredResource, 'type' | 'id' | 'attributes'>;

/** What a request is about to do to one resource. */
export interface ScimChange
  extends Pick<ScimEvent, 'resourceType' | 'resourceId' | 'before' | 'after' | 'changed' | 'request'> {
  /** What it is, in the order of the events that follow; memberships are not among them. */
  kinds: ScimEventKind[];
  /** Members that a group gets and loses, as in the events of memberships. */
  added: Record<string, unknown>[];
  removed: Record<string, unknown>[];
}

/** A change of one resource with its events. */
export interface Happening {
  change: ScimChange;
  events: Omit<ScimEvent, 'seq'>[];
}

/** What was and what will be. */
export interface ResourceChange {
  before: Shown | undefined;
  after: Shown | undefined;
  added?: readonly Omit<StoredMember, 'n'>[];
  removed?: readonly Omit<StoredMember, 'n'>[];
  request: ScimEvent['request'];
  atMs: number;
}

/** The events of a change. One that changes nothing has none. */
export function happening(schemas: ScimSchemas, transition: ResourceChange): Happening {
  const { before, after, added = [], removed = [], request, atMs } = transition;
  const { type, id } = (after ?? before) as Shown;
  const at = new Date(atMs).toISOString();
  const show = (one: Shown | undefined) => one && bareResource(schemas, one);
  const own = { before: show(before) ?? null, after: show(after) ?? null };
  const changed = changedPaths(before?.attributes ?? {}, after?.attributes ?? {});
  const about = { resourceType: type, resourceId: id, request };
  const event = (kind: ScimEventKind, values: Pick<ScimEvent, 'before' | 'after' | 'changed'>) => ({
    ...{ id: randomUUID(), at, kind },
    ...about,
    ...values,
  });
  const happened = kindsOf(type, before, after, changed).map(([kind, paths]) =>
    event(kind, { ...own, changed: paths }),
  );
  const group = memberOf((after ?? before) as Shown);
  const membership = (member: Omit<StoredMember, 'n'>) => ({
    group,
    member: { ...memberOf(member), type: member.type },
  });
  const made = { added: added.map(membership), removed: removed.map(membership) };
  const memberships = [
    ...made.removed.map((one) => event('membership.removed', { before: one, after: null, changed: [] })),
    ...made.added.map((one) => event('membership.added', { before: null, after: one, changed: [] })),
  ];
  return {
    change: { ...about, ...own, ...made, changed, kinds: happened.map(({ kind }) => kind) },
    // A group exists before it has members, and loses them before it is gone.
    events: after ? [...happened, ...memberships] : [...memberships, ...happened],
  };
}

const isActive = ({ active }: ScimAttributes) => active !== false;

function kindsOf(
  type: ScimType,
  before: Shown | undefined,
  after: Shown | undefined,
  changed: string[],
): [ScimEventKind, string[]][] {
  if (!before) return [[type === 'User' ? 'user.provisioned' : 'group.created', changed]];
  if (!after) return [[type === 'User' ? 'user.deleted' : 'group.deleted', []]];
  if (type === 'Group') return changed.length > 0 ? [['group.changed', changed]] : [];
  const [was, is] = [isActive(before.attributes), isActive(after.attributes)];
  // Whoever is active with the attribute is so without it.
  const rest = was === is ? changed : changed.filter((path) => path !== 'active');
  const profile: [ScimEventKind, string[]][] = rest.length > 0 ? [['user.changed', rest]] : [];
  if (was && !is) return [...profile, ['user.deactivated', ['active']]];
  return !was && is ? [['user.reactivated', ['active']], ...profile] : profile;
}

const SHOWN = ['userName', 'displayName', 'externalId'];

/** What a membership says of its group or member. */
const memberOf = ({ id, attributes }: Omit<Shown, 'type'>): Record<string, unknown> => ({
  id,
  ...Object.fromEntries(SHOWN.flatMap((name) => (name in attributes ? [[name, attributes[name]]] : []))),
});
