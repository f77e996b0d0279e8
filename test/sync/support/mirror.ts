import { isDeepStrictEqual } from 'node:util';
import type { Change, ChangeKey, Row } from '../../../src/sync/change.ts';

/**
 * The other system, as strict as one can be: applies changes in order, and notes whatever does not fit what it has. A change
 * may come again from a later process, with the same id and content; it then has no further effect.
 */
export class Mirror {
  readonly users = new Map<string, Row>();
  readonly groups = new Map<string, Row>();
  /** `<group id> <user id>` */
  readonly memberships = new Set<string>();
  /** What rules gave, by user: each as JSON. */
  readonly assignments = new Map<string, Set<string>>();
  /** What did not fit. */
  readonly wrong: string[] = [];
  /** How often a change came again from another process. */
  repeated = 0;
  readonly #told = new Map<string, Change>();
  readonly #waiting = new Set<string>();
  #byThisProcess = new Set<string>();

  /** From now on another process tells. */
  nextProcess(): void {
    this.#byThisProcess = new Set();
  }

  /** Users that count as active. */
  get active(): number {
    return [...this.users.values()].filter(({ active }) => active === true).length;
  }

  /**
   * The target refused it. All memberships of a group wait when one is refused, so that a user or a group can go before them;
   * they go with it.
   */
  refuse({ kind, key }: Change): void {
    if (kind.startsWith('membership') && 'groupId' in key) this.#waiting.add(key.groupId);
  }

  /** Whether it was told the change with this id before. */
  knows(id: string): boolean {
    return this.#told.has(id);
  }

  /** @returns whether it was new. */
  apply(change: Change): boolean {
    const { id, kind, key } = change;
    const complain = (problem: string) =>
      this.wrong.push(`${kind} ${JSON.stringify(key)} (${id}): ${problem}`);
    if (this.#byThisProcess.has(id)) complain('told twice by one process');
    this.#byThisProcess.add(id);
    const earlier = this.#told.get(id);
    if (earlier) {
      this.repeated += 1;
      if (!isDeepStrictEqual(earlier, change)) complain(`the same id as ${JSON.stringify(earlier)}`);
      return false;
    }
    this.#told.set(id, change);
    const shape = problemOfShape(change);
    if (shape) complain(shape);
    const problem = this.#perform(change);
    if (problem) complain(problem);
    return true;
  }

  /** @returns what does not fit. */
  #perform({ kind, key, before, after }: Change): string | undefined {
    const { userId = '', groupId = '' } = key as { userId?: string; groupId?: string };
    const [noun] = kind.split('.');
    if (noun === 'user') return this.#replace(this.users, userId, before, after, () => this.#leftOf(userId));
    if (noun === 'group')
      return this.#replace(this.groups, groupId, before, after, () => this.#leftOf(groupId));
    if (noun === 'membership') {
      const pair = `${groupId} ${userId}`;
      if (!this.groups.has(groupId)) return 'there is no such group';
      if (!this.users.has(userId)) return 'there is no such user';
      if (after && this.memberships.has(pair)) return 'is one already';
      if (before && !this.memberships.has(pair)) return 'is none';
      if (after) this.memberships.add(pair);
      else this.memberships.delete(pair);
      return undefined;
    }
    const given = this.assignments.get(userId) ?? new Set();
    const one = JSON.stringify(after ?? before);
    if (!this.users.has(userId)) return 'there is no such user';
    if (after && given.has(one)) return `has ${one} already`;
    if (before && !given.has(one)) return `does not have ${one}`;
    if (after) this.assignments.set(userId, given.add(one));
    else given.delete(one);
    if (given.size === 0) this.assignments.delete(userId);
    return undefined;
  }

  #replace(
    rows: Map<string, Row>,
    id: string,
    before: Row | null,
    after: Row | null,
    left: () => string | undefined,
  ): string | undefined {
    const known = rows.get(id) ?? null;
    const problem = isDeepStrictEqual(known, before)
      ? after === null
        ? left()
        : undefined
      : `before is ${JSON.stringify(before)}, but the mirror has ${JSON.stringify(known)}`;
    if (after) rows.set(id, after);
    else rows.delete(id);
    return problem;
  }

  /** What is left of a user or group that is deleted. */
  #leftOf(id: string): string | undefined {
    const pairs = [...this.memberships].filter((one) => one.split(' ').includes(id));
    for (const one of pairs) if (this.#waiting.has(one.split(' ')[0] as string)) this.memberships.delete(one);
    const pair = pairs.find((one) => this.memberships.has(one));
    if (pair) return `the membership ${pair} is left`;
    const given = this.assignments.get(id);
    return given ? `the assignments ${[...given]} are left` : undefined;
  }
}

const NEW = /created|added/;
const GONE = /deleted|removed/;

function problemOfShape({ kind, key, before, after, changed }: Change): string | undefined {
  if ((before === null) !== NEW.test(kind)) return `before is ${JSON.stringify(before)}`;
  if ((after === null) !== GONE.test(kind)) return `after is ${JSON.stringify(after)}`;
  const names = Object.keys(key).join();
  const expected = /^(user|assignment)/.test(kind)
    ? 'userId'
    : kind.startsWith('group')
      ? 'groupId'
      : 'groupId,userId';
  if (names !== expected) return `the key has ${names}`;
  const row = after ?? before;
  const id = idOf(key);
  if (!kind.startsWith('assignment') && !kind.startsWith('membership') && row?.id !== id)
    return `the row has the id ${row?.id}`;
  if (changed.length === 0) return 'nothing changed';
  const differs = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
    .filter((name) => !isDeepStrictEqual(before?.[name], after?.[name]))
    .sort();
  if (!isDeepStrictEqual([...changed].sort(), differs)) return `changed is ${changed}, but ${differs} differ`;
  if (kind === 'user.updated' && before?.active !== after?.active) return 'changes active';
  if (kind === 'user.reactivated' && after?.active !== true) return 'is not active';
  if (kind === 'user.deactivated' && after?.active !== false) return 'is active';
  return undefined;
}

function idOf(key: ChangeKey): string {
  return 'groupId' in key ? key.groupId : key.userId;
}
