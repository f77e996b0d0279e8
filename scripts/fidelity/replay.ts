import { isDeepStrictEqual } from 'node:util';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { differences, isUnserved, type Shape, shapeOf } from './compare.ts';
import { IdMap, isRecord, naturalKey } from './id-map.ts';
import { type Found, itemsOf, neededBy } from './needed.ts';
import { bodyOf, type Exchange, headerOf, isRemoved, type Take, timeOf } from './recordings.ts';

/** What came of one exchange. */
export interface Outcome {
  recording: string;
  method: string;
  /** The recorded path and query. */
  path: string;
  /** The body that was sent. */
  sent: unknown;
  recorded: Shape;
  answered: Shape;
  isServed: boolean;
  /** What differs, a line each. */
  differences: string[];
}

interface Answer {
  status: number;
  body: unknown;
  links: string[];
}

const recordedOrigin = 'https://test.okta.com';
const unlimited = 1_000_000_000;

/** Replays recordings against one sandbox, which starts anew for each take. */
export class Replayer {
  readonly #sandbox: Sandbox;
  readonly #clock: { now: number };
  readonly #isDeep: boolean;

  private constructor(sandbox: Sandbox, clock: { now: number }, isDeep: boolean) {
    this.#sandbox = sandbox;
    this.#clock = clock;
    this.#isDeep = isDeep;
  }

  /**
   * @param seed an org that has only what every org has
   * @param isDeep whether members of members are compared too
   */
  static async start(seed: string, isDeep: boolean): Promise<Replayer> {
    const clock = { now: Date.now() };
    return new Replayer(await startSandbox({ seed, now: () => clock.now }), clock, isDeep);
  }

  close(): Promise<void> {
    return this.#sandbox.close();
  }

  /**
   * Sends the requests of a take in order.
   * @param settings what the recorded org had, see `settingsOf`
   */
  async replay(take: Take, settings: object): Promise<Outcome[]> {
    this.#clock.now = timeOf(take.exchanges[0] as Exchange) ?? this.#clock.now;
    await this.#reset(settings);
    const ids = new IdMap();
    for (const found of neededBy(take)) await this.#provide(found, ids);
    const outcomes: Outcome[] = [];
    for (const exchange of take.exchanges)
      if (!isRemoved(exchange)) outcomes.push(await this.#exchange(exchange, ids));
    return outcomes;
  }

  async #reset(settings: object): Promise<void> {
    await this.#send('POST', '/__sandbox__/reset');
    const limits = (await this.#send('GET', '/__sandbox__/limits')).body as object;
    const raised = Object.fromEntries(Object.keys(limits).map((name) => [name, unlimited]));
    await this.#send('PUT', '/__sandbox__/limits', raised);
    await this.#send('PUT', '/__sandbox__/settings', settings);
  }

  /**
   * Finds the sandbox's own object if every org has one like it, by its name; puts the recorded one into the sandbox otherwise.
   * What can't be put, such as a key of an authorization server, the sandbox makes itself: there the first one is taken.
   */
  async #provide({ path, body }: Found, ids: IdMap): Promise<void> {
    const list = path.slice(0, path.lastIndexOf('/'));
    const query = list === '/api/v1/policies' ? `?type=${body.type}` : '';
    const items = itemsOf((await this.#send('GET', ids.rewriteText(`${list}${query}`))).body);
    const like = (key: unknown) => items.find((item) => isDeepStrictEqual(naturalKey(item), key));
    const key = naturalKey(body);
    const own = key === undefined ? undefined : like(key);
    if (own) return ids.learn(body, own);
    const object = { path: ids.rewriteText(path), body: this.#ownWords(body, ids) };
    const { status } = await this.#send('PUT', '/__sandbox__/objects', object);
    if (status === 400 && key === undefined) ids.learn(body, like(undefined));
  }

  async #exchange(exchange: Exchange, ids: IdMap): Promise<Outcome> {
    const { request, response, recording } = exchange;
    this.#clock.now = timeOf(exchange) ?? this.#clock.now;
    const path = request.url.slice(recordedOrigin.length);
    await this.#signIn(exchange, ids);
    const sent = this.#ownWords(bodyOf(exchange) ?? undefined, ids);
    const answer = await this.#send(request.method, ids.rewriteText(path), sent);
    const links = headerOf(response.headers, 'link');
    const recorded = shapeOf(response.status, response.body, links, this.#isDeep);
    const answered = shapeOf(answer.status, answer.body, answer.links, this.#isDeep);
    if (response.status < 300 && answer.status < 300) ids.learn(response.body, answer.body);
    const isServed = !isUnserved(recorded, answered);
    return {
      ...{ recording, method: request.method, path, sent, recorded, answered, isServed },
      differences: differences(recorded, answered),
    };
  }

  /** Does the sign-in that is not recorded before a session: a token of it was exchanged. */
  async #signIn({ request, response }: Exchange, ids: IdMap): Promise<void> {
    const { body } = response;
    if (!isRecord(request.body) || !('sessionToken' in request.body) || !isRecord(body) || !body.userId)
      return;
    const { userId } = ids.rewrite({ userId: body.userId }) as { userId: string };
    const { body: signedIn } = await this.#send('POST', '/__sandbox__/sign-in', { userId });
    ids.learn(request.body, signedIn);
  }

  /** A recorded value as the sandbox would have it: its ids, its origin. */
  #ownWords(value: unknown, ids: IdMap): unknown {
    if (value === undefined) return undefined;
    return JSON.parse(
      ids.rewriteText(JSON.stringify(value)).replaceAll(recordedOrigin, this.#sandbox.orgUrl),
    );
  }

  async #send(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.#sandbox.orgUrl}${path}`, {
      method,
      headers: { authorization: `SSWS ${this.#sandbox.apiToken}`, ...typeOf(body) },
      body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
      redirect: 'manual',
    });
    const text = await response.text();
    const links = response.headers.get('link');
    return { status: response.status, body: parsed(text), links: links === null ? [] : [links] };
  }
}

/** The content type of a request body; that of an uploaded file names the boundary that the body begins with. */
function typeOf(body: unknown): Record<string, string> {
  if (body === undefined) return {};
  const boundary = typeof body === 'string' ? /^--([\w-]+)\r\n/.exec(body)?.[1] : undefined;
  return { 'content-type': boundary ? `multipart/form-data; boundary=${boundary}` : 'application/json' };
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
