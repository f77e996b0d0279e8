import {
  emailsOf,
  externalIdOf,
  foldCase,
  NotUnique,
  nameOf,
  type ResourceToStore,
  type ScimAttributes,
  type ScimEvent,
  type ScimStore,
  type ScimType,
  type ScimWrite,
  StaleWrite,
  type StoredResource,
  type UniqueAttribute,
} from './store.ts';

/** The attributes are kept as text, so that nobody else's object is part of the store. */
type Kept = Omit<StoredResource, 'attributes'> & { body: string; name: string; externalId?: string };

/** A store that is gone with the process: for tests, and for hosts without a disk. */
export function memoryScimStore(): ScimStore {
  let last = { n: 0, seq: 0 };
  const kept = new Map<string, Kept>();
  const ids = new Map<string, string>();
  const membersOf = new Map<string, Set<string>>();
  const groupsOf = new Map<string, Set<string>>();
  const usersOf = new Map<string, Set<string>>();
  let events: string[] = [];
  const positions = new Map<string, number>();
  const values = new Map<string, string>();
  const listeners = new Set<() => void>();

  const keyOf = (type: ScimType, attribute: UniqueAttribute, value: string) =>
    `${type} ${attribute} ${attribute === 'name' ? foldCase(value) : value}`;
  const keysOf = ({ type, name, externalId }: Pick<Kept, 'type' | 'name' | 'externalId'>) => ({
    name: keyOf(type, 'name', name),
    ...(externalId === undefined ? {} : { externalId: keyOf(type, 'externalId', externalId) }),
  });
  const ofType = (type: ScimType) => [...kept.values()].filter((one) => one.type === type);
  const read = ({ body, name, externalId, ...rest }: Kept): StoredResource => ({
    ...rest,
    attributes: JSON.parse(body) as ScimAttributes,
  });

  function check(
    { type, id, expected, after, added = [], removed = [] }: ScimWrite,
    all: readonly ScimWrite[],
  ) {
    const now = kept.get(id);
    if ((now?.version ?? 0) !== expected || (now && now.type !== type)) throw new StaleWrite();
    for (const member of added)
      if (!kept.has(member) || membersOf.get(id)?.has(member)) throw new StaleWrite();
    for (const member of removed) if (!membersOf.get(id)?.has(member)) throw new StaleWrite();
    if (!after) {
      const leaves = (group: string) => all.some((one) => one.id === group && one.removed?.includes(id));
      if (![...(groupsOf.get(id) ?? [])].every(leaves)) throw new StaleWrite();
      return;
    }
    for (const [attribute, key] of Object.entries(keysOf(indexed(after)))) {
      if ((ids.get(key) ?? id) !== id) throw new NotUnique(attribute as UniqueAttribute);
    }
  }

  function apply({ id, expected, after, added = [], removed = [] }: ScimWrite) {
    const now = kept.get(id);
    if (now) {
      for (const key of Object.values(keysOf(now))) ids.delete(key);
      for (const address of emailsOf(read(now).attributes)) usersOf.get(address)?.delete(id);
    }
    for (const member of added) link(id, member);
    for (const member of removed) unlink(id, member);
    if (!after) {
      for (const member of membersOf.get(id) ?? []) unlink(id, member);
      kept.delete(id);
      return;
    }
    const { attributes, ...rest } = after;
    const made = { ...rest, ...indexed(after), n: now?.n ?? ++last.n, version: expected + 1 };
    kept.set(id, { ...made, body: JSON.stringify(attributes) });
    for (const key of Object.values(keysOf(made))) ids.set(key, id);
    for (const address of emailsOf(attributes))
      usersOf.set(address, (usersOf.get(address) ?? new Set()).add(id));
  }

  function link(group: string, member: string) {
    membersOf.set(group, (membersOf.get(group) ?? new Set()).add(member));
    groupsOf.set(member, (groupsOf.get(member) ?? new Set()).add(group));
  }

  function unlink(group: string, member: string) {
    membersOf.get(group)?.delete(member);
    groupsOf.get(member)?.delete(group);
  }

  return {
    get: async (type, wanted) =>
      [...new Set(wanted)].flatMap((id) => {
        const found = kept.get(id);
        return found?.type === type ? read(found) : [];
      }),
    async find(type, attribute, value) {
      const found = kept.get(ids.get(keyOf(type, attribute, value)) ?? '');
      return found && read(found);
    },
    withEmail: async (address) =>
      [...(usersOf.get(foldCase(address)) ?? [])].map((id) => read(kept.get(id) as Kept)),
    count: async (type) => ofType(type).length,
    page: async (type, { after = 0, offset = 0, limit }) =>
      ofType(type)
        .filter(({ n }) => n > after)
        .slice(offset, offset + limit)
        .map(read),
    members: async (groupId, { after = 0, limit }) =>
      [...(membersOf.get(groupId) ?? [])]
        .map((id) => kept.get(id) as Kept)
        .filter(({ n }) => n > after)
        .sort((one, other) => one.n - other.n)
        .slice(0, limit)
        .map((one) => {
          const { n, type, id, attributes } = read(one);
          return { n, type, id, attributes };
        }),
    membersAmong: async (groupId, wanted) =>
      new Set(wanted.filter((id) => membersOf.get(groupId)?.has(id) === true)),
    groupsOf: async (memberIds) =>
      [...new Set(memberIds)]
        .flatMap((memberId) =>
          [...(groupsOf.get(memberId) ?? [])]
            .map((groupId) => kept.get(groupId) as Kept)
            .map((group) => ({ memberId, group })),
        )
        .sort((one, other) => one.group.n - other.group.n)
        .map(({ memberId, group }) => ({ memberId, groupId: group.id, displayName: group.name })),
    async commit(writes, made) {
      for (const write of writes) check(write, writes);
      for (const write of writes) apply(write);
      for (const event of made) {
        last = { ...last, seq: last.seq + 1 };
        events.push(JSON.stringify({ seq: last.seq, ...event }));
      }
      if (made.length > 0) for (const call of listeners) call();
    },
    async events(after, limit) {
      const first = last.seq - events.length;
      const from = Math.max(after - first, 0);
      return events.slice(from, from + limit).map((text) => JSON.parse(text) as ScimEvent);
    },
    async acknowledge(consumer, seq) {
      positions.set(consumer, Math.max(positions.get(consumer) ?? 0, seq));
      const first = last.seq - events.length;
      events = events.slice(Math.max(Math.min(...positions.values()) - first, 0));
    },
    claim: async () => true,
    position: async (consumer) => positions.get(consumer) ?? 0,
    onEvents(call) {
      listeners.add(call);
      return () => listeners.delete(call);
    },
    getValue: async (name) => values.get(name),
    async setValue(name, value) {
      values.set(name, value);
    },
    async close() {
      listeners.clear();
    },
  };
}

const indexed = ({ type, attributes }: Pick<ResourceToStore, 'type' | 'attributes'>) => ({
  type,
  name: nameOf(type, attributes),
  externalId: externalIdOf(attributes),
});
