import type { App, AppStore } from '../../apps/app-store.ts';
import type { OrgClock } from '../../clock.ts';
import type { Group, GroupStore } from '../../groups/group-store.ts';
import { isObject, type Json } from '../../json.ts';
import type { ObjectStore } from '../../kinds/object-store.ts';
import type { IdFactory } from '../../random.ts';
import type { Settings } from '../../settings.ts';
import type { LogParty } from '../../system-log/event.ts';
import type { EventType } from '../../system-log/event-types.ts';
import type { NewEvent } from '../../system-log/log-store.ts';
import type { User } from '../../users/user.ts';
import type { UserStore } from '../../users/user-store.ts';
import type { UserType } from '../../users/user-type.ts';
import type { PushConnection } from './connection.ts';
import { type RemoteCall, RemoteFailure } from './remote.ts';

/** The parts of an org that provisioning needs. */
export interface ProvisionedOrg {
  readonly clock: OrgClock;
  readonly users: UserStore;
  readonly groups: GroupStore;
  readonly apps: AppStore;
  readonly objects: ObjectStore;
  readonly ids: IdFactory;
  readonly settings: Settings;
  saveUser(user: User): User;
  logEvent(event: NewEvent): void;
  later(delayMs: number, work: () => void): void;
  defaultUserType(): UserType;
}

/** What is being done; a failure is told in its words. */
export interface Act {
  /** What is logged when it is done, or has failed. */
  event: EventType;
  /** What else is logged as its failure. */
  failure?: EventType;
  /** The beginning of the text of its task, up to the reason. */
  story: string;
  target: LogParty[];
}

/** Where one push is worked on. */
export interface Desk {
  readonly org: ProvisionedOrg;
  readonly app: App;
  readonly connection: PushConnection;
  /** The latest thing that was begun; undefined as long as there was nothing to do. */
  act?: Act;
  /** Calls the server. @throws RemoteFailure */
  call(method: RemoteCall['method'], path: string, body?: unknown): Promise<unknown>;
  /** Waits on the clock of the org. */
  pause(ms: number): Promise<void>;
}

/** How long Okta takes between the answer to one request and the next. */
export const pauseMs = { beforeCreate: 250, beforeReplace: 200 };

/** The page that every question and every import asks for. */
export const pageSize = 100;

/** The resources of the type that have a name; a server may also say by 404 that there are none. @throws RemoteFailure */
export async function findRemote(
  desk: Desk,
  [type, attribute]: readonly ['Users', 'userName'] | readonly ['Groups', 'displayName'],
  name: string,
): Promise<Json | undefined> {
  const filter = encodeURIComponent(`${attribute} eq ${JSON.stringify(name)}`);
  const answer = await desk
    .call('GET', `/${type}?filter=${filter}&startIndex=1&count=${pageSize}`)
    .catch((error) => {
      if (error instanceof RemoteFailure && error.status === 404) return { Resources: [] };
      throw error;
    });
  const found = resourcesOf(answer);
  if (found.length > 1) throw new RemoteFailure(`${found.length} ${type} have the ${attribute} ${name}`);
  return found[0];
}

/** Without a reason, as Okta logs it. */
export class NoReason extends RemoteFailure {}

/** The resources in an answer with a list. @throws RemoteFailure for what Okta cannot read */
export function resourcesOf(answer: unknown): Json[] {
  if (!isObject(answer)) throw new RemoteFailure('The answer is no list of resources');
  for (const name of ['totalResults', 'startIndex', 'itemsPerPage'])
    if (answer[name] !== undefined && typeof answer[name] !== 'number') throw new NoReason('');
  if (answer.Resources === undefined && answer.totalResults === 0) return [];
  if (!Array.isArray(answer.Resources)) throw new RemoteFailure('The answer has no Resources');
  return answer.Resources.filter(isObject);
}

/** The id of a resource, if Okta can use it. @throws RemoteFailure */
export function remoteIdOf({ id }: Json): string {
  if (typeof id !== 'string' || id === '') throw new RemoteFailure('The answer has a resource without an id');
  if (/[|/]/.test(id)) throw new RemoteFailure(`The id ${id} cannot be part of a path: it has a | or a /`);
  return id;
}

/** A resource of the server. @throws RemoteFailure with this text if it has none, or a 404 */
export async function readRemote(desk: Desk, path: string, absent: string): Promise<Json> {
  const answer = await desk.call('GET', path).catch((error) => {
    if (error instanceof RemoteFailure && error.status === 404) throw new RemoteFailure(absent);
    throw error;
  });
  if (!isObject(answer)) throw new RemoteFailure(absent);
  return answer;
}

/** The members of a group that have an account in the app; people who are not active are left out. */
export function remoteMembers({ org, app }: Desk, group: Group): Json[] {
  const ids = [...org.groups.memberIds(group)];
  return ids.flatMap((id) => {
    const account = app.accounts.get(id);
    return account && isActive(org.users.get(id))
      ? [{ value: account.externalId, display: account.userName }]
      : [];
  });
}

/** Whether Okta pushes anything about a user. */
export const isActive = (user: User | undefined): user is User =>
  user !== undefined && user.status !== 'STAGED' && user.status !== 'DEPROVISIONED';
