import { oktaError } from '../errors.ts';
import { type Answer, type Call, limitOf, ok, page, pageSizeOf, wrongCursor } from '../http.ts';
import { lowerBound, matching, take } from '../sorted.ts';
import { seesUser } from '../visibility.ts';
import { userCursor } from './find.ts';
import type { User } from './user.ts';
import { filterPredicate, searchAttribute, searchPredicate } from './user-filter.ts';
import { userItem } from './view.ts';

type SortKey = [value: string | number, id: string];

/** The four kinds of list differ in what they match, how fresh they are, and whether they have pages. */
export function listUsers(call: Call): Answer {
  const { query, org } = call;
  const search = query.get('search');
  const filter = query.get('filter');
  const q = query.get('q');
  if (search && filter) throw oktaError('E0000033');
  if (search) return searchUsers(call, search);
  if (filter) return pageOfIds(call, matching(org.users.from(userCursor(call)), filterPredicate(filter)));
  if (q) return lookUp(call, q);
  return pageOfIds(
    call,
    matching(org.users.from(userCursor(call)), (user) => user.status !== 'DEPROVISIONED'),
  );
}

function pageOfIds(call: Call, users: Iterable<User>): Answer {
  const limit = pageSizeOf(call, 200, 200);
  const seen = matching(users, (user) => seesUser(call, user));
  return page(call, take(seen, limit + 1), limit, {
    render: (user) => userItem(call, user),
    cursor: (last) => last.id,
  });
}

/** `q` matches the start of first name, last name and e-mail address, and has no next page. */
function lookUp(call: Call, q: string): Answer {
  const wanted = q.toLowerCase();
  const startsWith = (value: unknown) => typeof value === 'string' && value.toLowerCase().startsWith(wanted);
  const found = matching(
    call.org.users.from(),
    ({ status, profile }) =>
      status !== 'DEPROVISIONED' &&
      (startsWith(profile.firstName) || startsWith(profile.lastName) || startsWith(profile.email)),
  );
  const seen = matching(found, (user) => seesUser(call, user));
  return ok(take(seen, limitOf(call, 10, 200)).map((user) => userItem(call, user)));
}

function searchUsers(call: Call, search: string): Answer {
  const predicate = searchPredicate(call.org, search);
  const sortBy = call.query.get('sortBy');
  if (!sortBy) return pageOfIds(call, matching(call.org.users.searchable(userCursor(call)), predicate));
  const limit = pageSizeOf(call, 200, 200);
  const sorted = sortedSearch(call, search, sortBy, predicate);
  const after = call.query.get('after');
  const start = after ? sorted.positionAfter(readKey(after)) : 0;
  return page(call, sorted.users.slice(start, start + limit + 1), limit, {
    render: (user) => userItem(call, user),
    cursor: (last) => Buffer.from(JSON.stringify(sorted.keyOf(last))).toString('base64url'),
  });
}

interface Sorted {
  users: User[];
  keyOf(user: User): SortKey;
  positionAfter(key: SortKey): number;
}

interface Remembered {
  identity: string;
  sorted: Sorted;
}

// Pages of a sorted search are requested one after another; sorting for each would be too slow.
const remembered = new WeakMap<object, Remembered>();

function sortedSearch(
  { org, query }: Call,
  search: string,
  sortBy: string,
  predicate: (u: User) => boolean,
): Sorted {
  const attribute = searchAttribute(org, sortBy);
  if (!attribute) throw oktaError('E0000031', '', [`sortBy: ${sortBy} is not a known attribute`]);
  const descending = query.get('sortOrder')?.toLowerCase() === 'desc';
  const identity = JSON.stringify([org.users.searchRevision, search, sortBy, descending]);
  const known = remembered.get(org);
  if (known?.identity === identity) return known.sorted;
  const keyOf = (user: User): SortKey => [sortable(attribute.read(user)), user.id];
  const order = (a: SortKey, b: SortKey) => (descending ? compareKeys(b, a) : compareKeys(a, b));
  const keyed = [...matching(org.users.searchable(), predicate)].map((user) => ({ user, key: keyOf(user) }));
  keyed.sort((a, b) => order(a.key, b.key));
  const positionAfter = (key: SortKey) => lowerBound(keyed, (entry) => order(entry.key, key) <= 0);
  const sorted: Sorted = { users: keyed.map(({ user }) => user), keyOf, positionAfter };
  remembered.set(org, { identity, sorted });
  return sorted;
}

function sortable(value: unknown): string | number {
  return typeof value === 'number' ? value : String(value ?? '').toLowerCase();
}

function compareKeys([a, idA]: SortKey, [b, idB]: SortKey): number {
  if (a !== b) return a < b ? -1 : 1;
  if (idA === idB) return 0;
  return idA < idB ? -1 : 1;
}

function readKey(after: string): SortKey {
  try {
    const key = JSON.parse(Buffer.from(after, 'base64url').toString());
    if (Array.isArray(key) && key.length === 2 && typeof key[1] === 'string') return key as SortKey;
  } catch {
    // falls through to the refusal
  }
  throw wrongCursor();
}
