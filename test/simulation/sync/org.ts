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

  /** @returns the answer; undefined if Okta refused: chance also does what is not allowed. */
  async call(method: string, path: string, body?: unknown): Promise<Json | undefined> {
    const authorization = `SSWS ${this.sandbox.apiToken}`;
    const answer = await this.#fetch(method, `/api/v1/${path}`, body, { authorization });
    if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return answer.ok ? (text === '' ? {} : JSON.parse(text)) : undefined;
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
    const users = await this.call('GET', `users?limit=200&filter=${filter}`);
    const groups = await this.call('GET', 'groups');
    return {
      ...{ memberships, assignments },
      users: users as unknown as ListedUser[],
      groups: groups as unknown as ListedGroup[],
    };
  }

  #fetch(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return fetch(this.sandbox.orgUrl + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }
}
