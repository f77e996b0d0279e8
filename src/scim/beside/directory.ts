import { randomUUID } from 'node:crypto';
import { type ErrorCode, OktaError } from '../../errors/errors.ts';
import { readScimState } from '../about.ts';
import { type ScimService, scimServer } from '../server.ts';
import { openScimState } from '../store/state-file.ts';
import type { ScimStore } from '../store/store.ts';

/** A resource as the server answers it. */
export type ScimResource = Record<string, unknown> & { id: string; meta: { version: string } };

interface ScimPage {
  totalResults: number;
  Resources: ScimResource[];
}

/**
 * Works on the directory of a SCIM server, which may run meanwhile. What is changed here makes no events: they tell what Okta
 * did, and a workflow must not be told of its own work.
 * @throws as `openScimState`.
 */
export async function inScimDirectory<T>(
  state: string,
  work: (directory: ScimDirectory) => Promise<T>,
): Promise<T> {
  const opened = await ScimDirectory.open(state);
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/** The directory of a SCIM server, reached without its socket and its token. */
export class ScimDirectory {
  readonly #service: ScimService;
  readonly #token: string;
  readonly #base: string;

  private constructor(service: ScimService, token: string, base: string) {
    this.#service = service;
    this.#token = token;
    this.#base = base;
  }

  static async open(state: string): Promise<ScimDirectory> {
    const store = await openScimState(state);
    const quiet: ScimStore = { ...store, commit: (writes) => store.commit(writes, []) };
    const { baseUrl = 'http://localhost/scim/v2', schemas } = await readScimState(store);
    const token = randomUUID();
    const basePath = new URL(baseUrl).pathname;
    const service = scimServer({ store: quiet, token, basePath, publicUrl: baseUrl, schemas });
    return new ScimDirectory(service, token, `http://localhost${basePath}`);
  }

  /** @throws OktaError with the text of the server. */
  async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.#service.fetch(
      new Request(this.#base + path, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/scim+json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    );
    const text = await response.text();
    const answer = text === '' ? undefined : JSON.parse(text);
    if (response.ok) return answer as T;
    throw new OktaError(String(answer?.detail ?? `The directory answered ${response.status}`), {
      ...{ code: CODES[response.status] ?? 'validation_failed', actor: 'caller', status: response.status },
      retryable: response.status >= 500,
    });
  }

  /** Resources page after page, at most `limit`. */
  async *list(
    endpoint: 'Users' | 'Groups',
    query: { filter?: string; attributes?: readonly string[]; excludedAttributes?: string },
    limit = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<ScimResource, void, undefined> {
    const { filter, attributes = [], excludedAttributes } = query;
    for (let given = 0; given < limit; ) {
      const count = Math.min(PAGE, limit - given);
      const parameters = new URLSearchParams({ startIndex: String(given + 1), count: String(count) });
      if (filter !== undefined) parameters.set('filter', filter);
      if (attributes.length > 0) parameters.set('attributes', attributes.join(','));
      if (excludedAttributes !== undefined) parameters.set('excludedAttributes', excludedAttributes);
      // URLSearchParams writes a blank as "+", which is a plus sign in SCIM.
      const search = parameters.toString().replaceAll('+', '%20');
      const { Resources } = await this.send<ScimPage>('GET', `/${endpoint}?${search}`);
      yield* Resources;
      given += Resources.length;
      if (Resources.length < count) return;
    }
  }

  /** The user with this value, whatever its case for a userName. */
  async userBy(
    attribute: 'id' | 'userName' | 'externalId',
    value: string,
  ): Promise<ScimResource | undefined> {
    const filter = `${attribute} eq ${JSON.stringify(value)}`;
    for await (const found of this.list('Users', { filter }, 1)) return found;
    return undefined;
  }

  /** The user with this userName, id or externalId. */
  async user(reference: string): Promise<ScimResource | undefined> {
    return (
      (await this.userBy('userName', reference)) ??
      (await this.userBy('id', reference)) ??
      (await this.userBy('externalId', reference))
    );
  }

  close(): Promise<void> {
    return this.#service.close();
  }
}

const PAGE = 200;

const CODES: Record<number, ErrorCode> = {
  404: 'not_found',
  409: 'already_exists',
  503: 'state_locked',
};
