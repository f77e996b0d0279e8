import { Agent } from 'node:http';
import type { App } from '../../apps/app-store.ts';
import type { StoredObject } from '../../kinds/object-store.ts';
import type { NewEvent } from '../../system-log/log-store.ts';
import { type PushConnection, pushesOf } from './connection.ts';
import { type Desk, isActive, type ProvisionedOrg } from './desk.ts';
import { type ImportReport, importFrom } from './import.ts';
import { deleteRemoteGroup, pushGroup, pushMember, pushName } from './push-group.ts';
import { pushPassword, pushUser } from './push-user.ts';
import { PushQueue } from './queue.ts';
import { react } from './reactions.ts';
import { callRemote } from './remote.ts';

/**
 * Pushes users and groups to the SCIM servers of apps, and reads users from there. What happens in the org starts it; it waits
 * on the clock of the org.
 */
export class Provisioning {
  readonly #org: ProvisionedOrg;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #stopped = new AbortController();
  readonly queue: PushQueue;

  constructor(org: ProvisionedOrg) {
    this.#org = org;
    this.queue = new PushQueue(org, this.#stopped.signal, (appId) => {
      const app = org.apps.get(appId);
      const connection = app && pushesOf(app);
      return connection && this.#desk(app, connection);
    });
  }

  stop(): void {
    this.#stopped.abort();
    this.#agent.destroy();
  }

  /** Something happened in the org; apps may have to hear of it. */
  note(event: NewEvent): void {
    if (!this.#stopped.signal.aborted) react(this.#org, this, event);
  }

  /** Whether the latest push of a user to an app has failed. */
  hasFailed({ id }: App, userId: string): boolean {
    return this.queue.hasFailed(`user:${id}/${userId}`);
  }

  /** Brings the account of a user in an app up to date. */
  user({ id: appId }: App, userId: string, { delayMs = 0, isForced = false } = {}): void {
    const lane = `${appId}/${userId}`;
    const run = (desk: Desk) => pushUser(desk, userId, isForced);
    this.queue.add({ id: `user:${lane}`, lane, appId, subject: { userId }, run }, delayMs);
  }

  /** A user has a new password, which apps get that have password sync on. */
  password(userId: string, password: string): void {
    for (const app of this.#org.apps.from()) {
      if (!pushesOf(app) || !app.accounts.has(userId)) continue;
      const lane = `${app.id}/${userId}`;
      const run = (desk: Desk) => pushPassword(desk, userId, password);
      this.queue.add({ id: `password:${lane}`, lane, appId: app.id, subject: { userId }, run });
    }
  }

  /** Writes a group with all its members, and makes it if it is not there: "push now". */
  group(mapping: StoredObject): void {
    this.#mapping('group', mapping, pushGroup);
  }

  /** Gives a group the name that its source has now. */
  groupName(mapping: StoredObject): void {
    this.#mapping('name', mapping, pushName);
  }

  /**
   * A user became a member of a group, or is one no longer. Nothing is sent about somebody who has no account yet or is not active.
   * An app of the network hears of several at once.
   */
  member(mapping: StoredObject, userId: string, what: 'add' | 'remove'): void {
    const app = this.#org.apps.get(appOf(mapping));
    const account = app?.accounts.get(userId);
    if (!app || !account || !isActive(this.#org.users.get(userId))) return;
    const isWhole = app.push?.kind === 'WIZARD';
    const lane = isWhole ? mapping.id : `${mapping.id}/${userId}`;
    this.queue.add({
      id: isWhole ? `members:${lane}` : `${what}:${lane}`,
      lane,
      appId: app.id,
      subject: { groupPushMappingId: mapping.id, userId },
      run: (desk) => pushMember(desk, mapping, { account, what }),
    });
  }

  /** A mapping is gone; the group in the app is deleted with it or stays. */
  unlink(mapping: StoredObject, deletes: boolean): void {
    const app = this.#org.apps.get(appOf(mapping));
    const target = this.#org.groups.get(String(mapping.body.targetGroupId));
    const externalId = target && app?.remoteGroups.get(target.id);
    if (!app || !target || externalId === undefined) return;
    app.remoteGroups.delete(target.id);
    if (deletes) this.#mapping('delete', mapping, (desk) => deleteRemoteGroup(desk, { externalId, target }));
  }

  #mapping(
    what: string,
    mapping: StoredObject,
    push: (desk: Desk, mapping: StoredObject) => Promise<void>,
  ): void {
    const { id } = mapping;
    const run = (desk: Desk) => push(desk, mapping);
    const subject = { groupPushMappingId: id };
    this.queue.add({ id: `${what}:${id}`, lane: id, appId: appOf(mapping), subject, run });
  }

  /** Creates the accounts of those who were assigned while nothing was pushed: "Provision User". */
  provision(app: App): void {
    for (const { id } of this.#org.apps.assignments(app, undefined, Number.POSITIVE_INFINITY, () => true))
      if (!app.accounts.has(id)) this.user(app, id);
  }

  /** Writes all accounts again: "Force Sync". */
  forceSync(app: App): void {
    for (const id of app.accounts.keys()) this.user(app, id, { isForced: true });
  }

  /** What the test button asks. @returns why the connection does not work; undefined if it does. */
  async test(app: App, connection: PushConnection): Promise<string | undefined> {
    try {
      const answer = await this.#desk(app, connection).call('GET', '/Users?startIndex=1&count=2');
      const resources = (answer as { Resources?: unknown } | undefined)?.Resources;
      return Array.isArray(resources) ? undefined : 'No results for users returned';
    } catch (error) {
      return `Error authenticating: ${(error as Error).message}`;
    }
  }

  /** Reads all users of the server, and its groups if asked. @throws RemoteFailure */
  import(app: App, connection: PushConnection, options: { groups: boolean }): Promise<ImportReport> {
    return importFrom(this.#desk(app, connection), options);
  }

  #desk(app: App, connection: PushConnection): Desk {
    const { signal } = this.#stopped;
    const [org, agent] = [this.#org, this.#agent];
    return {
      ...{ org, app, connection },
      async call(method, path, body) {
        signal.throwIfAborted();
        const { pushTimeoutMs: timeoutMs } = org.settings;
        return callRemote(connection, { method, path, body }, { agent, timeoutMs, signal });
      },
      pause: (ms) => this.queue.after(ms),
    };
  }
}

/** A mapping is in the list of its app. */
const appOf = ({ list }: StoredObject) => list.split('/')[4] ?? '';
