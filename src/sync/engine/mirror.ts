import type { Row } from '../change.ts';
import type { UserRow } from '../mapping/mapping.ts';
import type { Store } from '../store/store.ts';
import type { Mirror } from '../targets/target.ts';
import { rowsOf } from './pages-of.ts';
import { userRowOf } from './rows.ts';

const PAGE = 1_000;
/** Ids only; a page of a large group costs the database about as much as the whole group. */
const MEMBERS_PAGE = 10_000;

/** What the target has, read from the snapshot page by page. */
export function mirrorOf(store: Store): Mirror {
  const users = () => rowsOf(PAGE, (limit, after) => store.toldUsers(limit, after));
  const groups = () => rowsOf(PAGE, (limit, after) => store.toldGroups(limit, after));
  return {
    async *users() {
      for await (const { id, told } of users()) yield userRowOf(id, JSON.parse(told) as UserRow);
    },
    async *groups() {
      for await (const { told } of groups()) yield JSON.parse(told) as Row;
    },
    async *memberships() {
      for await (const { id: groupId } of groups()) {
        const members = rowsOf(MEMBERS_PAGE, async (limit, after) =>
          (await store.toldMembers(groupId, limit, after)).map((id) => ({ id })),
        );
        for await (const { id: userId } of members) yield { groupId, userId };
      }
    },
    async *assignments() {
      for await (const { id: userId, told } of users()) {
        for (const { type, value } of (JSON.parse(told) as UserRow).assignments)
          yield { userId, type, value };
      }
    },
  };
}
