/** What Okta asks of a SCIM server, as fast as it answers. */
import { Pool } from 'undici';
import { TOKEN } from './servers.ts';

export const IN_FLIGHT = 20;
const PAGE = 100;

/** One kind of request, many times. */
export interface Phase {
  count: number;
  seconds: number;
  p99Ms: number;
}

const common = ['Accept', 'application/scim+json', 'Accept-Charset', 'utf-8'];
const agent = ['User-Agent', 'Okta SCIM Client 1.0.0', 'Authorization', `Bearer ${TOKEN}`];
const withBody = ['Content-Type', 'application/scim+json; charset=utf-8'];

const nameOf = (n: number) => `ana.ruiz.${n}@acme.test`;

/** As Okta creates a user. */
const newUser = (n: number): string =>
  JSON.stringify({
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    userName: nameOf(n),
    name: { givenName: 'Ana', familyName: `Ruiz ${n}` },
    emails: [{ primary: true, value: nameOf(n), type: 'work' }],
    ...{ title: 'Account Executive', displayName: `Ana Ruiz ${n}`, locale: 'en-US' },
    externalId: `00u${String(n).padStart(17, '0')}`,
    ...{ groups: [], password: '1mz050nq', active: true },
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Sales' },
  });

const deactivation = JSON.stringify({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', value: { active: false } }],
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely
type Body = any;

/** A client of one server. */
export class Load {
  readonly #pool: Pool;
  readonly #users: number;
  readonly #ids: string[] = [];

  constructor(origin: string, users: number) {
    this.#pool = new Pool(origin, { connections: IN_FLIGHT });
    this.#users = users;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** All users are created, in order. */
  creates(): Promise<Phase> {
    return this.#phase(this.#users, async (n) => {
      const { status, body } = await this.#call('POST', '/Users', newUser(n));
      if (status !== 201) throw wrong(`creation ${n}`, status, body);
      this.#ids[n] = body.id;
    });
  }

  /** Users are found by their names, over all of them. */
  finds(count: number): Promise<Phase> {
    return this.#phase(count, async (turn) => {
      const n = (turn * 7_919) % this.#users;
      const filter = encodeURIComponent(`userName eq "${nameOf(n)}"`);
      const { status, body } = await this.#call('GET', `/Users?filter=${filter}&startIndex=1&count=${PAGE}`);
      if (status !== 200 || body.totalResults !== 1 || body.Resources[0].id !== this.#ids[n])
        throw wrong(`search for ${n}`, status, body);
    });
  }

  /** Users are deactivated, each once. */
  patches(count: number): Promise<Phase> {
    return this.#phase(count, async (turn) => {
      const n = (turn * 7_919) % this.#users;
      const { status, body } = await this.#call('PATCH', `/Users/${this.#ids[n]}`, deactivation);
      if (status !== 204 && body?.active !== false) throw wrong(`deactivation of ${n}`, status, body);
    });
  }

  /** All users are listed, one page after the other as an import does; `count` is the number of users. */
  async pages(): Promise<Phase> {
    const seen = new Set<string>();
    const pages = Math.ceil(this.#users / PAGE);
    const phase = await this.#phase(
      pages,
      async (page) => {
        const path = `/Users?startIndex=${page * PAGE + 1}&count=${PAGE}`;
        const { status, body } = await this.#call('GET', path);
        if (status !== 200 || body.totalResults !== this.#users) throw wrong(`page ${page}`, status, body);
        for (const { id } of body.Resources) seen.add(id);
      },
      1,
    );
    if (seen.size !== this.#users) throw new Error(`${seen.size} of ${this.#users} users were listed`);
    return { ...phase, count: seen.size };
  }

  async #call(method: 'GET' | 'POST' | 'PATCH', path: string, body?: string) {
    const headers = [...common, ...(body === undefined ? [] : withBody), ...agent];
    const answer = await this.#pool.request({ method, path: `/scim/v2${path}`, headers, body });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: (text === '' ? undefined : JSON.parse(text)) as Body };
  }

  async #phase(count: number, once: (turn: number) => Promise<void>, atOnce = IN_FLIGHT): Promise<Phase> {
    const times = new Float64Array(count);
    const started = performance.now();
    let begun = 0;
    const worker = async () => {
      while (begun < count) {
        const turn = begun++;
        const asked = performance.now();
        await once(turn);
        times[turn] = performance.now() - asked;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    const seconds = (performance.now() - started) / 1_000;
    return { count, seconds, p99Ms: times.sort()[Math.floor(count * 0.99)] ?? 0 };
  }
}

const wrong = (what: string, status: number, body: Body) =>
  new Error(`${what}: ${status} ${JSON.stringify(body)?.slice(0, 500)}`);
