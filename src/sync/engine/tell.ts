import type { OktaGroup } from '../mapping/mapping.ts';
import type { DueGroup, DueUser } from '../store/store.ts';
import type { Outbox } from './delivery.ts';
import { dependsOnGroups, type Engine } from './engine.ts';
import { pagesOf, rowsOf } from './pages-of.ts';
import { parseGroup } from './raw.ts';
import { type Outcome, outcomeOfGroup, outcomeOfUser, SETTLED_MS } from './rows.ts';

const PAGE = 200;

/** Tells everything that is due, in the order of the kinds of changes. */
export async function tellChanges(engine: Engine, outbox: Outbox): Promise<void> {
  const now = engine.okta.now();
  const { toldUsers, users, memberships } = await engine.store.counts();
  if (toldUsers === 0) {
    let groups = 0;
    for await (const { outcome } of dueGroups(engine, now)) groups += outcome.drafts.length;
    engine.totals.changes = users + groups + memberships;
  }
  await tellUsers(engine, outbox, now, 'stays');
  await tellGroups(engine, outbox, now, 'stays');
  await tellMembers(engine, outbox, now, true);
  await tellMembers(engine, outbox, now, false);
  await tellUsers(engine, outbox, now, 'leaves');
  await tellGroups(engine, outbox, now, 'gone');
  await tellUsers(engine, outbox, now, 'gone');
}

/** What is due of the users, with what it results in. */
export async function* dueUsers(
  engine: Engine,
  now: number,
): AsyncGenerator<{ due: DueUser; outcome: Outcome }, void, undefined> {
  const withGroups = dependsOnGroups(engine);
  const due = (limit: number, after?: string) => engine.store.dueUsers(now, limit, after, withGroups);
  for await (const page of pagesOf(PAGE, due)) {
    const groups = withGroups ? await groupsOf(engine, page) : new Map<string, OktaGroup>();
    for (const due of page) yield { due, outcome: outcomeOfUser(engine, due, groups) };
  }
}

/** What is due of the groups, with what it results in. */
export async function* dueGroups(
  engine: Engine,
  now: number,
): AsyncGenerator<{ due: DueGroup; outcome: Outcome }, void, undefined> {
  for await (const due of rowsOf(PAGE, (limit, after) => engine.store.dueGroups(now, limit, after))) {
    yield { due, outcome: outcomeOfGroup(engine, due) };
  }
}

async function groupsOf({ store }: Engine, users: readonly DueUser[]): Promise<Map<string, OktaGroup>> {
  const ids = [...new Set(users.flatMap(({ groupIds }) => groupIds))];
  return new Map((await store.groupsById(ids)).map(({ id, raw }) => [id, parseGroup(raw)]));
}

async function tellUsers(
  engine: Engine,
  outbox: Outbox,
  now: number,
  stage: Outcome['stage'],
): Promise<void> {
  for await (const { due, outcome } of dueUsers(engine, now)) {
    if (outcome.stage !== stage) continue;
    const { drafts, told, active, wasActive, error, isUnsettled } = outcome;
    const before = { told: due.told, active: wasActive, attempts: due.attempts };
    const again = isUnsettled ? { due: now + SETTLED_MS } : {};
    await outbox.row('users', { drafts, told: { id: due.id, told, active, error, ...again } }, before);
  }
  await outbox.flush();
}

async function tellGroups(
  engine: Engine,
  outbox: Outbox,
  now: number,
  stage: Outcome['stage'],
): Promise<void> {
  for await (const { due, outcome } of dueGroups(engine, now)) {
    if (outcome.stage !== stage) continue;
    const { drafts, told } = outcome;
    await outbox.row('groups', { drafts, told: { id: due.id, told } }, due);
  }
  await outbox.flush();
}

async function tellMembers(engine: Engine, outbox: Outbox, now: number, isMember: boolean): Promise<void> {
  for (;;) {
    const members = await engine.store.dueMembers(now, isMember, outbox.batch);
    if (members.length === 0) return;
    await outbox.memberships(members);
  }
}
