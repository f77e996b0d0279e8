import { badRequest, shownText } from '../error.ts';
import type { MemberChange } from '../patch/members.ts';
import { displayOf, everyMember } from '../resource/whole.ts';
import type { ScimStore, StoredMember } from '../store/store.ts';

/** Members that a group gets and loses. */
export interface MemberDifference {
  added: Omit<StoredMember, 'n'>[];
  removed: Omit<StoredMember, 'n'>[];
}

/**
 * What a change of members comes to. Only the members that it names are read, unless it is about all.
 * @throws ScimError `invalidValue` when one does not exist: then none is added or removed. `tooMany` above the limit.
 */
export async function memberDifference(
  store: ScimStore,
  groupId: string,
  { replaces, added, removed, matching }: MemberChange,
  limit: number,
): Promise<MemberDifference> {
  if (added.size + removed.size > limit) {
    throw badRequest('tooMany', `A request names at most ${limit} members; send the rest in another one`);
  }
  if (added.has(groupId)) throw badRequest('invalidValue', 'A group cannot be a member of itself');
  if (!replaces && added.size + removed.size + matching.length === 0) return { added: [], removed: [] };
  if (replaces) {
    const now = await everyMember(store, groupId);
    const ids = new Set(now.map(({ id }) => id));
    return {
      added: await existing(
        store,
        [...added].filter((id) => !ids.has(id)),
      ),
      removed: now.filter(({ id }) => !added.has(id)),
    };
  }
  const named = await store.membersAmong(groupId, [...added, ...removed]);
  const leaving = [...removed].filter((id) => named.has(id));
  const matched =
    matching.length === 0
      ? []
      : (await everyMember(store, groupId)).filter(({ id, type, attributes }) => {
          const shown = { value: id, type, display: displayOf(type, attributes) };
          return !added.has(id) && !removed.has(id) && matching.some((one) => one(shown));
        });
  return {
    added: await existing(
      store,
      [...added].filter((id) => !named.has(id)),
    ),
    removed: [...(await existing(store, leaving)), ...matched],
  };
}

async function existing(store: ScimStore, ids: readonly string[]): Promise<Omit<StoredMember, 'n'>[]> {
  if (ids.length === 0) return [];
  const found = new Map((await store.get('User', ids)).map((one) => [one.id, one]));
  const rest = ids.filter((id) => !found.has(id));
  if (rest.length > 0) for (const one of await store.get('Group', rest)) found.set(one.id, one);
  return ids.map((id) => {
    const one = found.get(id);
    if (one) return one;
    throw badRequest(
      'invalidValue',
      `There is no user or group with the id ${shownText(id)}; no member was changed`,
    );
  });
}
