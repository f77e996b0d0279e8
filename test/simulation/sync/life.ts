import type { Random } from '../random.ts';
import type { TravelClock } from './clock.ts';
import type { Org } from './org.ts';

const DEPARTMENTS = ['Sales', 'Night', 'Legal'];
const TEAMS = ['Team red', 'Team blue', 'Team green', 'Crew'];
const LIFECYCLE = ['activate', 'deactivate', 'suspend', 'unsuspend', 'expire_password', 'unlock'];

type Deed = (life: Life) => Promise<unknown>;

/** What people and administrators do, more often the earlier in the list. */
const DEEDS: [share: number, deed: Deed][] = [
  [20, (life) => life.join()],
  [12, (life) => life.leave()],
  [10, (life) => life.hire()],
  [12, (life) => life.edit({ department: life.random.pick(DEPARTMENTS), title: `T${life.number()}` })],
  [5, (life) => life.edit({ lastName: `Renamed${life.number()}` })],
  [4, (life) => life.edit({ login: `moved${life.number()}@sandbox.example` })],
  [14, (life) => life.move()],
  [4, (life) => life.delete()],
  [3, (life) => life.rehire()],
  [5, (life) => life.addGroup()],
  [6, (life) => life.renameGroup()],
  [3, (life) => life.deleteGroup()],
  [4, (life) => life.addRule()],
  [3, (life) => life.endRule()],
  [5, (life) => life.assign()],
  [4, (life) => life.unassign()],
  [3, (life) => life.hesitate()],
  [1, (life) => life.joinMany()],
];
const ALL = DEEDS.reduce((sum, [share]) => sum + share, 0);

/** The life of an org, drawn by chance. */
export class Life {
  readonly random: Random;
  /** When something happened, by the clock of the org. */
  readonly deeds: number[] = [];
  mayRenameKept = false;
  readonly #org: Org;
  readonly #clock: TravelClock;
  /** Groups and apps that are not deleted. */
  readonly #kept: ReadonlySet<string>;
  readonly #users: string[] = [];
  readonly #groups: string[] = [];
  readonly #apps: string[] = [];
  readonly #rules: string[] = [];
  /** Logins of people who were deleted. */
  readonly #free: string[] = [];
  #count = 0;

  constructor(org: Org, { clock, random, kept }: { clock: TravelClock; random: Random; kept: string[] }) {
    this.#org = org;
    this.#clock = clock;
    this.random = random;
    this.#kept = new Set(kept);
  }

  /** Gets to know who and what is there. */
  async look(): Promise<void> {
    const { users, groups } = await this.#org.truth();
    // The administrator must stay: whose token is used.
    for (const { id } of users) if (id !== this.#org.sandbox.admin.id) this.#users.push(id);
    for (const { id, type } of groups) if (type === 'OKTA_GROUP') this.#groups.push(id);
    const apps = await this.#org.list<{ id: string; name: string }>('apps');
    for (const { id, name } of apps) if (name !== 'oidc_client') this.#apps.push(id);
  }

  /** Lets some things happen, one after the other. */
  async go(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      this.#clock.advance(this.random.next() < 0.5 ? 0 : this.random.next() * 3_000);
      this.deeds.push(this.#clock.now());
      let at = this.random.next() * ALL;
      for (const [share, deed] of DEEDS) {
        at -= share;
        if (at < 0) {
          await deed(this);
          break;
        }
      }
    }
  }

  number(): number {
    this.#count += 1;
    return this.#count;
  }

  async join(group = this.#group(), user = this.#user()): Promise<void> {
    await this.#org.call('PUT', `groups/${group}/users/${user}`);
  }

  async leave(): Promise<void> {
    const group = this.#group();
    const list = await this.#org.list<{ id: string }>(`groups/${group}/users`);
    if (list.length > 0) await this.#org.call('DELETE', `groups/${group}/users/${this.random.pick(list).id}`);
  }

  /** In and out again, or out and in again, within a moment. */
  async hesitate(): Promise<void> {
    const path = `groups/${this.#group()}/users/${this.#user()}`;
    const methods = this.random.next() < 0.5 ? ['PUT', 'DELETE'] : ['DELETE', 'PUT'];
    for (const method of [...methods, ...(this.random.next() < 0.5 ? methods : [])])
      await this.#org.call(method, path);
  }

  async joinMany(): Promise<void> {
    const group = this.#group();
    for (const user of this.#users.slice(-12)) await this.join(group, user);
  }

  async hire(login = `person${this.number()}@sandbox.example`): Promise<void> {
    const { next, pick } = this.random;
    const profile = {
      ...{ login, email: login, firstName: 'Per', lastName: `Son${this.number()}` },
      department: pick(DEPARTMENTS),
    };
    const credentials = next() < 0.7 ? { password: { value: 'Sandbox-Pass-1' } } : undefined;
    const groupIds = next() < 0.4 ? [this.#group()] : undefined;
    const path = `users?activate=${next() < 0.8}`;
    const user = await this.#org.call('POST', path, { profile, credentials, groupIds });
    if (user) this.#users.push(user.id as string);
  }

  /** Somebody new with the login of somebody who was deleted. */
  async rehire(): Promise<void> {
    const login = this.#free.shift();
    await this.hire(login);
  }

  async edit(profile: object): Promise<void> {
    await this.#org.call('POST', `users/${this.#user()}`, { profile });
  }

  async move(): Promise<void> {
    const how = this.random.pick(LIFECYCLE);
    const slowly = how === 'deactivate' && this.random.next() < 0.3;
    await this.#org.call('POST', `users/${this.#user()}/lifecycle/${how}`, slowly ? {} : undefined);
  }

  async delete(): Promise<void> {
    const user = this.#user();
    const found = await this.#org.call('GET', `users/${user}`);
    await this.#org.call('DELETE', `users/${user}`);
    await this.#org.call('DELETE', `users/${user}`);
    this.#users.splice(this.#users.indexOf(user), 1);
    if (found) this.#free.push(String((found.profile as { login: string }).login));
  }

  async addGroup(): Promise<void> {
    const name = this.random.pick([...TEAMS, `Team ${this.number()}`]);
    const group = await this.#org.call('POST', 'groups', { profile: { name } });
    if (group) this.#groups.push(group.id as string);
  }

  async renameGroup(): Promise<void> {
    const profile = {
      name: this.random.pick([...TEAMS, `Club ${this.number()}`]),
      description: `${this.number()}`,
    };
    const group = this.#group();
    // A scope by name is looked up in the first run.
    if (this.mayRenameKept || !this.#kept.has(group))
      await this.#org.call('PUT', `groups/${group}`, { profile });
  }

  async deleteGroup(): Promise<void> {
    const group = this.#group();
    if (this.#kept.has(group) || this.#groups.length < 4) return;
    await this.#org.call('DELETE', `groups/${group}`);
    this.#groups.splice(this.#groups.indexOf(group), 1);
  }

  async addRule(): Promise<void> {
    const rule = await this.#org.call('POST', 'groups/rules', {
      ...{ type: 'group_rule', name: `Rule ${this.number()}` },
      conditions: { expression: { value: `user.department=="${this.random.pick(DEPARTMENTS)}"` } },
      actions: { assignUserToGroups: { groupIds: [this.#group()] } },
    });
    if (!rule) return;
    this.#rules.push(rule.id as string);
    await this.#org.call('POST', `groups/rules/${rule.id}/lifecycle/activate`);
  }

  async endRule(): Promise<void> {
    const rule = this.#rules.shift();
    if (rule === undefined) return;
    await this.#org.call('POST', `groups/rules/${rule}/lifecycle/deactivate`);
    await this.#org.call('DELETE', `groups/rules/${rule}?removeUsers=${this.random.next() < 0.5}`);
  }

  async assign(): Promise<void> {
    const app = this.random.pick(this.#apps);
    if (this.random.next() < 0.3) await this.#org.call('PUT', `apps/${app}/groups/${this.#group()}`, {});
    else await this.#org.call('POST', `apps/${app}/users`, { id: this.#user(), scope: 'USER' });
  }

  async unassign(): Promise<void> {
    const app = this.random.pick(this.#apps);
    const what = this.random.next() < 0.3 ? 'groups' : 'users';
    const list = await this.#org.list<{ id: string }>(`apps/${app}/${what}`);
    if (list.length > 0) await this.#org.call('DELETE', `apps/${app}/${what}/${this.random.pick(list).id}`);
  }

  #user(): string {
    return this.random.pick(this.#users);
  }

  #group(): string {
    return this.random.pick(this.#groups);
  }
}
