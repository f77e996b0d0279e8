import type { Connection } from '../../src/auth/connection.ts';
import { connect } from '../../src/connect.ts';
import { systemClock } from '../../src/http/clock.ts';
import type { Clock, Method } from '../../src/http/types.ts';

/** Thrown for what only a sandbox has. */
export class NeedsSandbox extends Error {
  override readonly name = 'NeedsSandbox';
}

interface Person {
  id: string;
  login: string;
}

/** What a scenario uses to prepare an org before its action runs. None of it is recorded. */
export interface Org {
  /** Part of every login and name from here, so that scenarios can run many times on one org. */
  run: string;
  /** The time of whoever runs the action, in milliseconds since the epoch. */
  now(): number;
  /** A unique login; `cleanUp` deletes the user who has it. */
  login(name: string): string;
  /** A unique group name; `cleanUp` deletes the group that has it. */
  named(name: string): string;
  orgUrl: string;
  /** Runs another action. */
  act: ReturnType<typeof connect>['run'];
  /** Calls the API as an admin and gives the body. @throws OktaError for anything outside 2xx. */
  // biome-ignore lint/suspicious/noExplicitAny: answers have many shapes
  api(method: Method, path: string, body?: unknown): Promise<any>;
  /** Calls a route of `/__sandbox__/`. @throws NeedsSandbox on any other org. */
  // biome-ignore lint/suspicious/noExplicitAny: answers have many shapes
  control(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<any>;
  /** Creates a user: active with a password and a recovery question, or staged. */
  user(name: string, options?: { active?: boolean; profile?: object }): Promise<Person>;
  group(name: string): Promise<{ id: string; name: string }>;
  member(user: { id: string }, group: { id: string }): Promise<void>;
  /** Assigns an app of the sandbox's seed to a user. @throws NeedsSandbox where there is no such app. */
  app(label: string, user: { id: string }): Promise<{ id: string }>;
  /** Sets the clock of the org ahead. @throws NeedsSandbox on a real org. */
  ahead(seconds: number): Promise<void>;
  /** Caps the pages of lists at this many items. @throws NeedsSandbox on a real org. */
  pagesOf(items: number): Promise<void>;
  /** Deletes the users and groups with logins and names from here; on a sandbox it only restores the settings. */
  cleanUp(): Promise<void>;
}

export const PASSWORD = 'Temp-83x!Quartz';
const credentials = {
  password: { value: PASSWORD },
  recovery_question: { question: 'First car?', answer: 'Panda4x4' },
};

export interface ArrangeOptions {
  run?: string;
  clock?: Clock;
  /** For a recording that must be the same each time. */
  random?: (bytes: number) => Uint8Array;
  /** Whether the org has the routes of `/__sandbox__/`. */
  isSandbox?: boolean;
}

/** Opens an org to arrange scenarios on. */
export function orgAt(
  connection: Connection,
  {
    run = Math.random().toString(36).slice(2, 10),
    clock = systemClock,
    random,
    isSandbox = true,
  }: ArrangeOptions = {},
): Org & { close(): void } {
  const client = connect(connection, { clock, random, userAgent: 'arrange' });
  const logins: string[] = [];
  const names: string[] = [];
  const undo: (() => Promise<unknown>)[] = [];

  const org: Org = {
    run,
    orgUrl: client.orgUrl,
    act: client.run,
    now: clock.now,
    login(name) {
      const login = `${name}.${run}@acme.test`;
      logins.push(login);
      return login;
    },
    named(name) {
      names.push(`${name} ${run}`);
      return `${name} ${run}`;
    },
    async api(method, path, body) {
      const { pathname, searchParams } = new URL(path, client.orgUrl);
      const query = Object.fromEntries(searchParams);
      return (await client.run('call_api', { method, path: pathname, query, body })).body;
    },
    async control(method, path, body) {
      if (!isSandbox) throw new NeedsSandbox(`${method} /__sandbox__${path}`);
      const answer = await fetch(`${client.orgUrl}/__sandbox__${path}`, {
        method,
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${method} /__sandbox__${path}: ${await answer.text()}`);
      return answer.status === 204 ? undefined : answer.json();
    },
    async user(name, { active = true, profile } = {}) {
      const login = org.login(name);
      const firstName = name.slice(0, 1).toUpperCase() + name.slice(1);
      const { id } = await org.api('POST', `/api/v1/users?activate=${active}`, {
        profile: { login, email: login, firstName, lastName: `Ruiz ${run}`, ...profile },
        ...(active ? { credentials } : {}),
      });
      return { id, login };
    },
    async group(name) {
      const profile = { name: org.named(name), description: 'Sellers' };
      const { id } = await org.api('POST', '/api/v1/groups', { profile });
      return { id, name: profile.name };
    },
    async member(user, group) {
      await org.api('PUT', `/api/v1/groups/${group.id}/users/${user.id}`);
    },
    async app(label, user) {
      const [app] = isSandbox ? await org.api('GET', `/api/v1/apps?q=${encodeURIComponent(label)}`) : [];
      if (!app) throw new NeedsSandbox(`the app ${label}`);
      await org.api('POST', `/api/v1/apps/${app.id}/users`, { id: user.id });
      return { id: app.id };
    },
    async ahead(seconds) {
      await org.control('POST', '/clock', { advanceMs: seconds * 1_000 });
      undo.push(() => org.control('POST', '/clock', { advanceMs: -seconds * 1_000 }));
    },
    async pagesOf(items) {
      await org.control('PUT', '/settings', { maxPageSize: items });
      undo.push(() => org.control('PUT', '/settings', { maxPageSize: 0 }));
    },
    async cleanUp() {
      for (const step of undo.splice(0)) await step();
      // A sandbox forgets everything when it closes; deleting would only use up its rate limits.
      if (isSandbox) return;
      for (const login of logins.splice(0)) {
        const path = `/api/v1/users/${encodeURIComponent(login)}`;
        // The first DELETE deactivates, which may take a while, the second one deletes.
        for (let tries = 0; tries < 20; tries += 1) {
          if ((await org.api('DELETE', path).catch(unlessGone)) === GONE) break;
          if (tries > 1) await clock.sleep(250);
        }
      }
      for (const name of names.splice(0)) {
        const found = await org.api('GET', `/api/v1/groups?q=${encodeURIComponent(name)}`);
        for (const { id, profile } of found) {
          if (profile.name === name) await org.api('DELETE', `/api/v1/groups/${id}`).catch(unlessGone);
        }
      }
    },
  };
  return { ...org, close: client.close };
}

const GONE = Symbol('gone');

function unlessGone(error: { status?: number }): typeof GONE {
  if (error.status !== 404) throw error;
  return GONE;
}
