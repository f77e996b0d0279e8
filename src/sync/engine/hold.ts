import { InputError, OktaError } from '../../errors/errors.ts';
import { amongThem, counted } from '../../errors/sentences.ts';
import type { LeaverLimit, Leaving } from '../sync.ts';
import type { Engine } from './engine.ts';
import { dueGroups, dueUsers } from './tell.ts';

/** Below these, a share is not looked at: in a small directory one person is a large share. */
const NEVER_TOO_MANY = { users: 1, groups: 3, memberships: 50 };

const SAMPLES = 5;

type Limits = Pick<Leaving, 'users' | 'groups' | 'memberships'>;

/**
 * How many may leave at once.
 * @throws InputError for what is neither a number nor a share.
 */
export async function limitsOf(
  { store }: Pick<Engine, 'store'>,
  limit: LeaverLimit = '10%',
): Promise<Limits> {
  const { toldActive, toldGroups, toldMemberships } = await store.counts();
  const [, text = ''] = /^(\d+(?:\.\d+)?)%?$/.exec(String(limit)) ?? [];
  const number = Number(text);
  const isShare = String(limit).endsWith('%');
  if (text === '' || (isShare ? number > 100 : !Number.isInteger(number))) {
    throw new InputError(`The limit on leavers is ${limit}: neither a number of people nor a share of them`, {
      hint: 'For example 25, or 10%.',
    });
  }
  const share = (all: number, atLeast: number) => Math.max(atLeast, Math.floor((all * number) / 100));
  const { users, groups, memberships } = NEVER_TOO_MANY;
  return {
    users: isShare ? share(toldActive, users) : number,
    groups: isShare ? share(toldGroups, groups) : Math.max(number, groups),
    memberships: isShare ? share(toldMemberships, memberships) : Math.max(number, memberships),
  };
}

/**
 * What would leave the mirror now, if that is more than may leave at once. An empty list is never read as "everybody left".
 * @returns undefined if it is not too much.
 */
export async function tooMuch(engine: Engine, limits: Limits): Promise<Leaving | undefined> {
  const { store, okta } = engine;
  const { toldActive, toldGroups, toldMemberships } = await store.counts();
  const now = okta.now();
  const leaving: Leaving = { users: 0, groups: 0, memberships: 0, samples: [] };
  const sample = (id: string, text: string | undefined, names: readonly string[]) => {
    if (leaving.samples.length >= SAMPLES) return;
    const { fields = {}, ...rest } = JSON.parse(text ?? '{}');
    const name = names.map((one) => fields[one] ?? rest[one]).find((one) => typeof one === 'string');
    leaving.samples.push(name ?? id);
  };
  if (toldActive > 0) {
    for await (const { due, outcome } of dueUsers(engine, now)) {
      if (!outcome.wasActive || outcome.active === true) continue;
      leaving.users += 1;
      sample(due.id, due.told, ['login', 'userName', 'email', 'displayName']);
    }
  }
  if (toldGroups > 0) {
    for await (const { due, outcome } of dueGroups(engine, now)) {
      if (outcome.stage !== 'gone' || due.told === undefined) continue;
      leaving.groups += 1;
      sample(due.id, due.told, ['name', 'displayName']);
    }
  }
  if (toldMemberships > 0) {
    leaving.memberships = await store.countLeaving(now);
  }
  const isTooMuch =
    leaving.users > limits.users ||
    leaving.groups > limits.groups ||
    leaving.memberships > limits.memberships;
  return isTooMuch ? leaving : undefined;
}

/** True if this is what an earlier run held back, or less. */
export const isConfirmed = (held: Leaving | undefined, now: Leaving): boolean =>
  held !== undefined &&
  now.users <= held.users &&
  now.groups <= held.groups &&
  now.memberships <= held.memberships;

export function heldError({ users, groups, memberships, samples }: Leaving, limits: Limits): OktaError {
  const parts = [
    users > 0 && `${counted(users, 'active user')} would leave (at most ${limits.users} may)`,
    groups > 0 && `${counted(groups, 'group')} would be deleted (at most ${limits.groups} may)`,
    memberships > 0 &&
      `${counted(memberships, 'membership')} would be removed (at most ${limits.memberships} may)`,
  ].filter(Boolean);
  return new OktaError(`Held back, nothing was told: ${parts.join(', ')}${amongThem(samples)}`, {
    code: 'sync_held',
    actor: 'caller',
    hint: 'If that is right, confirm it ("okta-connector sync --confirm-held"). If not, look at the role and scopes of the connection, at the scope and statuses of the mapping, then read everything again ("okta-connector sync --full").',
  });
}
