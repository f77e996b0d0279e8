import type { Sandbox } from '../../../src/sandbox/index.ts';

type Json = Record<string, unknown>;
export interface ListedUser extends Json {
  id: string;
  status: string;
  profile: Json;
}
export interface ListedGroup extends Json {
  id: string;
  type: string;
  profile: { name: string };
}

/** Everything that Okta has. */
export interface Truth {
  users: ListedUser[];
  groups: ListedGroup[];
  /** User ids by group, and by app. */
  memberships: Record<string, string[]>;
  assignments: Record<string, string[]>;
}

/** The org as its administrator sees and changes it, past the connector, and with the controls of the sandbox. */
export class Org {
  readonly sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  get #authorized(): Record<string, string> {
    return { authorization: `SSWS ${this.sandbox.apiToken}` };
  }

  /** @returns the answer; undefined if Okta refused: chance also does what is not allowed. */
  async call(method: string, path: string, body?: unknown): Promise<Json | undefined> {
    const answer = await this.#fetch(method, `/api/v1/${path}`, body, this.#authorized);
    if (process.env.DEBUG && method !== 'GET')
      console.error(
        `${answer.headers.get('date')} ${answer.status} ${method} ${path} ${JSON.stringify(body)}`,
      );
    if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return answer.ok ? (text === '' ? {} : JSON.parse(text)) : undefined;
  }

  /** All pages of a list; empty if what it belongs to is gone. */
  async list<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let next: string | undefined = `/api/v1/${path}`; next; ) {
      const answer = await this.#fetch('GET', next, undefined, this.#authorized);
      if (!answer.ok) return items;
      items.push(...((await answer.json()) as T[]));
      const [, link] = /<https?:\/\/[^/]+([^>]*)>; rel="next"/.exec(answer.headers.get('link') ?? '') ?? [];
      next = link;
    }
    return items;
  }

  async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.#fetch(method, `/__sandbox__/${path}`, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** As the API shows it, whatever lags. */
  async truth(): Promise<Truth> {
    const { memberships, assignments } = (await this.control('GET', 'truth')) as Truth;
    const filter = encodeURIComponent('lastUpdated gt "2000-01-01T00:00:00.000Z"');
    const users = await this.list<ListedUser>(`users?filter=${filter}`);
    return { memberships, assignments, users, groups: await this.list<ListedGroup>('groups') };
  }

  #fetch(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return fetch(this.sandbox.orgUrl + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }
}
