import PQueue from 'p-queue';
import { isOktaError } from '../../../errors/errors.ts';
import { systemClock } from '../../../http/clock.ts';
import type { Clock, Method } from '../../../http/types.ts';
import { type TargetAnswer, targetHttp } from '../http.ts';
import { filterPath, type Placed, type Resource, type ResourceType, valuesAt } from './attributes.ts';

/** Requests under way at the same time. */
const CONCURRENCY = 4;
/** With their pauses, about five seconds. */
const TRIES = 4;

const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The server does not do this for one row; the others go on. */
export class ScimRefusal extends Error {
  readonly code: 'target_refused' | 'already_exists';
  readonly isRetryable: boolean;
  /** HTTP status, and the `scimType` of the answer. */
  readonly status: number | undefined;
  readonly scimType: string | undefined;

  constructor(
    message: string,
    options: { code?: ScimRefusal['code']; isRetryable?: boolean; status?: number; scimType?: string } = {},
  ) {
    super(message);
    this.code = options.code ?? 'target_refused';
    this.isRetryable = options.isRetryable ?? false;
    this.status = options.status;
    this.scimType = options.scimType;
  }
}

interface Call {
  method: Method;
  /** Below the base URL. */
  path: string;
  template: string;
  body?: unknown;
  headers?: Record<string, string>;
  tries?: number;
  isRepeatable?: boolean;
  signal: AbortSignal | undefined;
}

/**
 * Requests of SCIM 2.0. All throw ScimRefusal when the server does not do one of them, and an OktaError when the server as a
 * whole cannot be used; 404 is undefined.
 */
export class ScimServer {
  readonly #http: ReturnType<typeof targetHttp>;
  readonly #base: string;
  readonly #token: string;
  readonly #clock: Clock;
  readonly #queue = new PQueue({ concurrency: CONCURRENCY });
  #canPatch: Promise<boolean> | undefined;

  constructor({ url, token, clock = systemClock }: { url: URL; token: string; clock?: Clock }) {
    this.#http = targetHttp({ url, name: 'The SCIM server', secrets: [token], clock });
    this.#base = url.pathname.replace(/\/+$/, '');
    this.#token = token;
    this.#clock = clock;
  }

  /** Whether it supports PATCH; a server that tells nothing of itself does. @throws OktaError `not_supported` without filters. */
  canPatch(signal: AbortSignal | undefined): Promise<boolean> {
    this.#canPatch ??= this.#readConfig(signal).catch((error) => {
      this.#canPatch = undefined;
      throw error;
    });
    return this.#canPatch;
  }

  async #readConfig(signal: AbortSignal | undefined): Promise<boolean> {
    const path = '/ServiceProviderConfig';
    const answer = this.#call({ method: 'GET', path, template: path, signal }).catch((error) => {
      if (!(error instanceof ScimRefusal)) throw error;
    });
    const json = (await answer) as Record<string, { supported?: unknown } | undefined> | undefined;
    if (json?.filter?.supported === false) {
      throw this.#http.failed('supports no filters, by which people are found again', {
        ...{ code: 'not_supported', retryable: false },
        hint: 'Use the webhook target, or a SCIM server with filters.',
      });
    }
    return json?.patch?.supported !== false;
  }

  /** Whether it answers at all; asks once. */
  async isThere(signal: AbortSignal | undefined): Promise<boolean> {
    const path = '/ServiceProviderConfig';
    try {
      await this.#call({ method: 'GET', path, template: path, tries: 1, signal });
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      return error instanceof ScimRefusal;
    }
  }

  /** Resources with this value, at most two, as the server has them without members. */
  async find(
    type: ResourceType,
    place: Omit<Placed, 'value'>,
    value: string,
    signal: AbortSignal | undefined,
  ): Promise<Resource[]> {
    const name = filterPath(place);
    const filter = encodeURIComponent(`${name} eq ${JSON.stringify(value)}`);
    const path = `/${type}?filter=${filter}&count=2${withoutMembers(type, '&')}`;
    const template = `/${type}?filter=${name} eq …`;
    const json = (await this.#call({ method: 'GET', path, template, signal })) as
      | { Resources?: Resource[] }
      | undefined;
    const found = json?.Resources ?? [];
    const isEqual = (one: unknown) => String(one).toLowerCase() === value.toLowerCase();
    // Servers that do not know a filter often return everything.
    if (found.every((one) => valuesAt(one, place).some(isEqual))) return found;
    throw this.#http.failed(`answers the filter "${name} eq …" with others`, {
      ...{ code: 'not_supported', retryable: false },
      hint: 'Use a server that supports this filter, or leave the field out of "match" in the mapping.',
    });
  }

  async read(
    type: ResourceType,
    id: string,
    signal: AbortSignal | undefined,
    { members = false } = {},
  ): Promise<Resource | undefined> {
    const path = `/${type}/${encodeURIComponent(id)}${members ? '' : withoutMembers(type, '?')}`;
    return (await this.#call({ method: 'GET', path, template: `/${type}/{id}`, signal })) as
      | Resource
      | undefined;
  }

  /** @throws OktaError with `mayHaveHappened` when it may exist now. */
  async create(type: ResourceType, body: object, signal: AbortSignal | undefined): Promise<Resource> {
    const made = await this.#call({ method: 'POST', path: `/${type}`, template: `/${type}`, body, signal });
    if (typeof (made as Resource | undefined)?.id === 'string') return made as Resource;
    throw this.#http.failed(`answered POST /${type} without an id`, notScim);
  }

  /**
   * @returns the resource afterwards, if the server tells it.
   * @throws ScimRefusal, of status 404 too; OktaError with `mayHaveHappened` for what is not repeatable.
   */
  patch(
    type: ResourceType,
    id: string,
    operations: readonly object[],
    signal: AbortSignal | undefined,
    { isRepeatable = true } = {},
  ): Promise<unknown> {
    const body = { schemas: [PATCH_SCHEMA], Operations: operations };
    return this.#change({ method: 'PATCH', ...placeOf(type, id), body, isRepeatable, signal });
  }

  /** The same for PUT; if the server counts versions, only the one that was read is replaced. */
  replace(
    type: ResourceType,
    { id, meta }: Resource,
    body: object,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const version = (meta as { version?: unknown } | undefined)?.version;
    const headers = typeof version === 'string' ? { 'if-match': version } : undefined;
    return this.#change({ method: 'PUT', ...placeOf(type, id), body, headers, signal });
  }

  /** @throws OktaError `not_supported` if a record, as told after a write, lost its link: it would be created again and again. */
  assertLinked(record: unknown, oktaId: string): void {
    const told = (record ?? {}) as Partial<Resource>;
    // Some servers tell the id alone, or nothing.
    if (told.schemas === undefined || told.externalId === oktaId) return;
    throw this.#http.failed('does not keep externalId, by which records are found again', {
      ...{ code: 'not_supported', retryable: false },
      hint: 'Use the webhook target, or a SCIM server that keeps externalId.',
    });
  }

  /** No error if it is gone already. */
  async remove(type: ResourceType, id: string, signal: AbortSignal | undefined): Promise<void> {
    await this.#call({ method: 'DELETE', ...placeOf(type, id), signal });
  }

  /**
   * Does what must not be done twice. After a try that may have been executed, `look` says what came of it; undefined: nothing, so
   * it is tried again.
   */
  async once<T>(
    work: () => Promise<T>,
    look: () => Promise<T | undefined>,
    signal?: AbortSignal,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isOktaError(error) || !error.mayHaveHappened || attempt === TRIES) throw error;
        await this.#clock.sleep(500 * 2 ** (attempt - 1), signal);
      }
      const found = await look();
      if (found !== undefined) return found;
    }
  }

  close(): void {
    this.#http.close();
  }

  async #change(call: Call): Promise<unknown> {
    const answer = await this.#send(call);
    if (answer.status === 404) throw this.#refusal(call, answer);
    return this.#read(call, answer);
  }

  async #call(call: Call): Promise<unknown> {
    const answer = await this.#send(call);
    return answer.status === 404 ? undefined : this.#read(call, answer);
  }

  async #send(call: Call): Promise<TargetAnswer> {
    const { method, path, template, body, headers, tries = TRIES, signal } = call;
    const send = () =>
      this.#http.send({
        ...{ method, template, tries, signal },
        path: this.#base + path,
        headers: () => ({
          authorization: `Bearer ${this.#token}`,
          accept: 'application/scim+json, application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
          ...headers,
        }),
        body: body === undefined ? undefined : JSON.stringify(body),
        isRepeatable: call.isRepeatable ?? method !== 'POST',
      });
    return (await this.#queue.add(send)) as TargetAnswer;
  }

  #read(call: Call, answer: TargetAnswer): unknown {
    const { status, text } = answer;
    if (status === 401) {
      throw this.#http.failed('does not accept the token (401)', {
        ...{ code: 'authentication_failed', status, retryable: false },
        hint: 'Set OKTA_CONNECTOR_SCIM_TARGET_TOKEN to a token that may write users and groups.',
      });
    }
    if (status >= 300) throw this.#refusal(call, answer);
    if (text.trim() === '') return undefined;
    const json = jsonOf(text);
    if (typeof json === 'object' && json !== null) return json;
    throw this.#http.failed(
      `answered ${call.method} ${call.template} with something else than JSON`,
      notScim,
    );
  }

  #refusal({ method, template }: Call, { status, text }: TargetAnswer): ScimRefusal {
    const { detail, scimType } = (jsonOf(text) ?? {}) as { detail?: unknown; scimType?: unknown };
    const type = typeof scimType === 'string' ? scimType : undefined;
    const said = typeof detail === 'string' ? `: ${detail}` : '';
    // The texts of an OktaError are masked and cut.
    const { message } = this.#http.failed(
      `answered ${status}${type ? ` (${type})` : ''} to ${method} ${template}${said}`,
      {},
    );
    return new ScimRefusal(message, {
      ...{ status, scimType: type },
      code: status === 409 ? 'already_exists' : 'target_refused',
      // A role may still be granted, an object that another writer changed be read again.
      isRetryable: [403, 404, 412].includes(status),
    });
  }
}

const notScim = {
  code: 'unexpected_response',
  retryable: false,
  hint: 'Give the base URL of the SCIM API, for example https://directory.acme.test/scim/v2.',
} as const;

const placeOf = (type: ResourceType, id: string) => ({
  path: `/${type}/${encodeURIComponent(id)}`,
  template: `/${type}/{id}`,
});

const withoutMembers = (type: ResourceType, before: string) =>
  type === 'Groups' ? `${before}excludedAttributes=members` : '';

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True for what concerns this moment: the server, or the network, failed. */
export const isOutage = (error: unknown): boolean =>
  isOktaError(error) && error.code === 'target_unavailable' && error.retryable;
