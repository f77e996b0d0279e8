import type { Change } from '../../change.ts';
import type { Resource } from './attributes.ts';
import type { ScimRecords } from './records.ts';
import { ScimRefusal, type ScimServer } from './server.ts';

/** Members in one request. */
const CHUNK = 100;

/** A membership that is on its way, with the id that the server has for the user. */
interface Moved {
  change: Change;
  isAdded: boolean;
  id: string;
}

interface MembersOptions {
  server: ScimServer;
  records: ScimRecords;
  refuse: (change: Change, refusal: ScimRefusal) => void;
  /** The changes may have been applied before. */
  mayRepeat: boolean;
  signal: AbortSignal | undefined;
}

/** Applies changes of memberships of one group. Members that nobody told of stay. */
export async function applyMembers(
  oktaGroupId: string,
  changes: readonly Change[],
  options: MembersOptions,
): Promise<void> {
  const { server, records, refuse, mayRepeat, signal } = options;
  const groupId = await records.idOf('Groups', oktaGroupId, signal);
  const moved = await Promise.all(changes.map((change) => movedOf(change, options)));
  const known = moved.filter((one) => one !== undefined);
  if (groupId === undefined) {
    // A group that is gone has no members.
    for (const { change, isAdded } of known) if (isAdded) refuse(change, missing('group'));
    return;
  }
  if (!(await server.canPatch(signal))) return replaceMembers(groupId, known, options);
  const left = mayRepeat ? await notYet(groupId, known, options) : known;
  for (const chunk of chunksOf(left)) await patchMembers(groupId, chunk, options);
}

const missing = (what: string) => new ScimRefusal(`The ${what} is not in the target`, { isRetryable: true });

async function movedOf(
  change: Change,
  { records, refuse, signal }: MembersOptions,
): Promise<Moved | undefined> {
  const { userId } = change.key as { userId: string };
  const isAdded = change.kind === 'membership.added';
  const id = await records.idOf('Users', userId, signal).catch((error) => {
    if (!(error instanceof ScimRefusal)) throw error;
    refuse(change, error);
  });
  if (id !== undefined) return { change, isAdded, id };
  return undefined;
}

/** In order, and only additions or only removals together. */
function chunksOf(moved: readonly Moved[]): Moved[][] {
  const chunks: Moved[][] = [];
  for (const one of moved) {
    const last = chunks.at(-1);
    if (last && last.length < CHUNK && last[0]?.isAdded === one.isAdded) last.push(one);
    else chunks.push([one]);
  }
  return chunks;
}

/** Those that the group does not have yet: some servers list a member twice that is added twice. */
async function notYet(
  groupId: string,
  moved: readonly Moved[],
  { server, signal }: MembersOptions,
): Promise<readonly Moved[]> {
  const group = await server.read('Groups', groupId, signal, { members: true });
  const ids = new Set(group && membersOf(group).map(({ value }) => value));
  return moved.filter(({ id, isAdded }) => {
    const differs = ids.has(id) !== isAdded;
    if (isAdded) ids.add(id);
    else ids.delete(id);
    return differs;
  });
}

const operationsFor = (chunk: readonly Moved[]) =>
  chunk[0]?.isAdded
    ? [{ op: 'add', path: 'members', value: chunk.map(({ id }) => ({ value: id })) }]
    : chunk.map(({ id }) => ({ op: 'remove', path: `members[value eq ${JSON.stringify(id)}]` }));

async function patchMembers(
  groupId: string,
  chunk: readonly Moved[],
  options: MembersOptions,
): Promise<void> {
  const { server, records, refuse, signal } = options;
  let left = chunk;
  const patch = () => server.patch('Groups', groupId, operationsFor(left), signal, { isRepeatable: false });
  const look = async () => {
    left = await notYet(groupId, left, options);
    return left.length === 0 || undefined;
  };
  try {
    await server.once(patch, look, signal);
  } catch (error) {
    if (!(error instanceof ScimRefusal)) throw error;
    if (chunk.length > 1) {
      // One of them is the reason: the others are to go on.
      for (const one of chunk) await patchMembers(groupId, [one], options);
      return;
    }
    const [{ change, isAdded }] = chunk as [Moved];
    // Either may be gone, and may come back under another id.
    if (isAdded) for (const id of Object.values(change.key)) records.forget(id);
    const isGone = error.scimType === 'noTarget' || error.status === 404;
    if (isAdded || !isGone) refuse(change, error);
  }
}

/** Reads the group, changes its members and writes it back. */
async function replaceMembers(
  groupId: string,
  moved: readonly Moved[],
  options: MembersOptions,
): Promise<void> {
  const { server, refuse, signal } = options;
  try {
    const group = await server.read('Groups', groupId, signal, { members: true });
    if (!group) throw missing('group');
    const members = new Map(membersOf(group).map((one) => [one.value, one]));
    const before = [...members.keys()].join();
    for (const { id, isAdded } of moved) {
      if (!isAdded) members.delete(id);
      else if (!members.has(id)) members.set(id, { value: id });
    }
    if ([...members.keys()].join() === before) return;
    const { meta: _, ...rest } = group;
    await server.replace('Groups', group, { ...rest, members: [...members.values()] }, signal);
  } catch (error) {
    if (!(error instanceof ScimRefusal)) throw error;
    for (const { change } of moved) refuse(change, error);
  }
}

const membersOf = (group: Resource) => [group.members ?? []].flat() as { value: string }[];
