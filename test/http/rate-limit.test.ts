import { describe, expect, it } from 'vitest';
import { NetworkError, RateLimitError } from '../../src/errors/errors.ts';
import { bucketName } from '../../src/http/bucket-name.ts';
import { type RateGateOptions, rateGate } from '../../src/http/rate-limit.ts';
import type { HttpRequest, HttpResponse, Method, Send } from '../../src/http/types.ts';
import { type FakeClock, fakeClock, START, settle } from '../support/fake-clock.ts';
import { seeded } from '../support/seeded.ts';
import { answer, rateHeaders, rejection, request } from '../support/server.ts';

describe('bucketOf (behaviour.md 3.2)', () => {
  it.each<[Method, string, string]>([
    ['GET', '/api/v1/users', '/api/v1/users'],
    ['GET', '/api/v1/users?limit=200&after=00u1/x', '/api/v1/users'],
    ['POST', '/api/v1/users?activate=false', '/api/v1/users'],
    ['POST', '/api/v1/users/00u1/lifecycle/suspend', '/api/v1/users'],
    ['POST', '/api/v1/users/00u1/credentials/forgot_password', '/api/v1/users'],
    ['GET', '/api/v1/users/00u1/factors', '/api/v1/users'],
    ['GET', '/api/v1/users/00u1/groups', '/api/v1/users'],
    ['DELETE', '/api/v1/users/00u1/sessions', '/api/v1/users'],
    ['GET', '/api/v1/users/00u1', '/api/v1/users/{id}'],
    ['GET', '/api/v1/users/ana%40acme.test?expand=blocks', '/api/v1/users/{id}'],
    ['POST', '/api/v1/users/00u1', '/api/v1/users/{id} write'],
    ['PUT', '/api/v1/users/00u1', '/api/v1/users/{id} write'],
    ['DELETE', '/api/v1/users/00u1?sendEmail=false', '/api/v1/users/{id} write'],
    ['GET', '/api/v1/users/me', '/api/v1/users/me'],
    ['GET', '/api/v1/groups', '/api/v1/groups'],
    ['PUT', '/api/v1/groups/00g1/users/00u1', '/api/v1/groups'],
    ['GET', '/api/v1/groups/rules', '/api/v1/groups'],
    ['GET', '/api/v1/groups/rules/0pr1', '/api/v1/groups'],
    ['GET', '/api/v1/groups/00g1', '/api/v1/groups/{id}'],
    ['DELETE', '/api/v1/groups/00g1', '/api/v1/groups/{id}'],
    ['GET', '/api/v1/apps?q=x', '/api/v1/apps'],
    ['GET', '/api/v1/apps/0oa1/users', '/api/v1/apps'],
    ['PUT', '/api/v1/apps/0oa1', '/api/v1/apps/{id}'],
    ['GET', '/api/v1/logs?since=2026', '/api/v1/logs'],
    ['DELETE', '/api/v1/sessions/102', '/api/v1/sessions'],
    ['GET', '/api/v1/iam/roles', '/api/v1/iam'],
    ['POST', '/api/v1/hook-keys', '/api/v1/hook-keys'],
    ['GET', '/api/v1/eventHooks', '/api/v1'],
    ['GET', '/api/v1/meta/types/user', '/api/v1'],
    // H. As seen in the headers of real orgs.
    ['GET', '/api/v1/meta/schemas/user/default', '/api/v1/meta/schemas'],
    ['POST', '/api/v1/apps/0oa1/users', '/api/v1/apps'],
    ['PUT', '/api/v1/apps/0oa1/features/USER_PROVISIONING', '/api/v1/apps'],
    ['GET', '/api/v1/users/00u1/roles', '/api/v1/users'],
    ['POST', '/api/v1/groups/00g1/roles', '/api/v1/groups'],
    ['GET', '/api/v1/devices?search=x', '/api/v1/devices'],
    ['POST', '/api/v1/devices/guo1/lifecycle/suspend', '/api/v1/devices'],
    ['GET', '/api/v1/devices/guo1/users', '/api/v1/devices/{id}/users'],
    ['GET', '/api/v1/authorizationServers/aus1/claims', '/api/v1/authorizationServers'],
    ['GET', '/api/v1/authenticators', '/api/v1/authenticators'],
    ['GET', '/api/v1/realms', '/api/v1/realms'],
    ['DELETE', '/api/v1/api-tokens/00T1', '/api/v1/api-tokens'],
    ['POST', '/oauth2/v1/global-token-revocation', '/oauth2/v1'],
    ['GET', '/governance/api/v1/reviews', '/governance/api'],
    ['GET', '/api/v1/policies/p1', '/api/v1'],
    ['GET', '/api/v1/zones', '/api/v1'],
    ['GET', '/api/v1', '/api/v1'],
    ['POST', '/oauth2/v1/token', '/oauth2/v1/token'],
    ['GET', '/oauth2/v1/authorize?x=1', '/oauth2/v1/authorize'],
    ['POST', '/oauth2/v1/revoke', '/oauth2/v1'],
    ['POST', '/api/v1/users/00u1/factors/ostf1/verify', '/api/v1/users/{id}/factors/{id}/verify'],
    ['GET', '/oauth2/v1/clients/0oa1/roles', '/oauth2/v1/clients'],
    ['GET', '/.well-known/okta-organization', '/'],
    ['GET', '/', '/'],
    ['GET', '/idp/myaccount/profile', '/'],
  ])('%s %s counts in %s', (method, path, bucket) => {
    expect(bucketName(method, path)).toBe(bucket);
  });

  // Mixed with others, the figures of one bucket are taken for the other's.
  it.each<[Method, string, Method, string]>([
    ['POST', '/api/v1/users/00u1/factors/ostf1/verify', 'GET', '/api/v1/users'],
    ['POST', '/oauth2/v1/token', 'GET', '/oauth2/v1/authorize'],
  ])('%s %s does not share a bucket with %s %s', (method, path, otherMethod, otherPath) => {
    expect(bucketName(method, path)).not.toBe(bucketName(otherMethod, otherPath));
  });
});

/** Okta's side of one bucket: fixed windows, counts who comes, answers after a while. */
class Org {
  readonly calls: { at: number; remaining: number; status: number }[] = [];
  lowest = Number.POSITIVE_INFINITY;
  inFlight = 0;
  mostInFlight = 0;
  /** Answers as if this many requests at the same time were the most. */
  maxInFlight = Number.POSITIVE_INFINITY;
  #used = 0;
  #window = -1;

  readonly clock: FakeClock;
  readonly limit: number;
  readonly latency: () => number;
  /** Server time minus local time. */
  readonly skew: number;

  constructor(clock: FakeClock, limit: number, latency = () => 100, skew = 0) {
    this.clock = clock;
    this.limit = limit;
    this.latency = latency;
    this.skew = skew;
  }

  get now() {
    return this.clock.now() + this.skew;
  }

  /** Takes from the budget; what is left, or -1 when there was nothing. */
  take(count = 1): number {
    const window = Math.floor(this.now / 60_000);
    if (window !== this.#window) {
      this.#window = window;
      this.#used = 0;
    }
    const fits = this.#used + count <= this.limit;
    this.#used = Math.min(this.limit, this.#used + count);
    const left = this.limit - this.#used;
    return fits ? left : -1;
  }

  readonly send: Send = async () => {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const tooMany = this.inFlight > this.maxInFlight;
    const left = tooMany ? 0 : this.take();
    const arrived = this.now;
    const resetAt = (Math.floor(arrived / 60_000) + 1) * 60_000;
    const status = tooMany || left < 0 ? 429 : 200;
    this.calls.push({ at: this.clock.now(), remaining: left, status });
    if (!tooMany) this.lowest = Math.min(this.lowest, Math.max(0, left));
    await this.clock.sleep(this.latency());
    this.inFlight -= 1;
    const headers = tooMany
      ? rateHeaders(0, 0, resetAt, this.now)
      : rateHeaders(this.limit, Math.max(0, left), resetAt, this.now);
    return answer(status, { headers });
  };

  get refused() {
    return this.calls.filter((call) => call.status === 429).length;
  }
}

function gated(send: Send, options: Partial<RateGateOptions> & { clock: FakeClock }) {
  const waits: number[] = [];
  const gate = rateGate(send, {
    share: 0.8,
    concurrency: 10,
    maxWaitMs: 65_000,
    onWait: ({ waitMs }) => waits.push(waitMs),
    ...options,
  });
  return { gate, waits };
}

const statuses = (responses: HttpResponse[]) => responses.map((response) => response.status);
const many = (count: number, gate: Send, one: HttpRequest = request()) =>
  Array.from({ length: count }, () => gate(one));

/** Callers that come one after the other, as they do from a network: never in the same microtask. */
async function inTurn(count: number, gate: Send): Promise<Promise<HttpResponse>[]> {
  const calls: Promise<HttpResponse>[] = [];
  for (let at = 0; at < count; at += 1) {
    calls.push(gate(request()));
    await settle();
  }
  return calls;
}

describe('the rate gate', () => {
  it('asks one first while nothing is known of a bucket; the others wait for its answer', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 600);
    const { gate } = gated(org.send, { clock });
    const all = await inTurn(8, gate);
    expect(org.calls).toHaveLength(1);
    expect(statuses(await clock.run(Promise.all(all)))).toEqual(Array(8).fill(200));
    expect(org.calls).toHaveLength(8);
  });

  // Promise.all starts its callers in one tick.
  it('asks one first also when all come in the same tick', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 600);
    const { gate } = gated(org.send, { clock });
    const all = Promise.all(many(8, gate));
    await settle();
    expect(org.calls).toHaveLength(1);
    await clock.run(all);
  });

  it.each([90_000, 20 * 60_000])('looks again when the clock was set back by %i ms', async (step) => {
    const clock = fakeClock();
    let used = 0;
    // The server's clock goes on by itself.
    let ahead = 0;
    const serverNow = () => clock.now() + ahead;
    let resetAt = START + 30_000;
    const send: Send = async () => {
      if (serverNow() >= resetAt) {
        resetAt += 60_000;
        used = 0;
      }
      used += 1;
      return answer(used > 10 ? 429 : 200, {
        headers: rateHeaders(10, Math.max(0, 10 - used), resetAt, serverNow()),
      });
    };
    const { gate } = gated(send, { clock });
    expect(statuses(await clock.run(Promise.all(many(8, gate))))).toEqual(Array(8).fill(200));
    const waiting = many(2, gate);
    await settle();
    clock.set(START - step);
    ahead = step;
    const late = gate(request());
    await clock.advance(33_000);
    expect(statuses(await Promise.all([...waiting, late]))).toEqual(Array(3).fill(200));
  });

  it('N concurrent callers never drive Remaining to 0, nor over the share', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 20);
    const { gate } = gated(org.send, { clock });
    const responses = await clock.run(Promise.all(many(60, gate)));
    expect(statuses(responses)).toEqual(Array(60).fill(200));
    expect(org.refused).toBe(0);
    expect(org.lowest).toBeGreaterThanOrEqual(4);
  });

  // Regression: all callers waiting for the probe woke in one batch of microtasks.
  it('who waited for the probe does not pass all at once when little is left', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 100);
    org.take(78);
    const { gate } = gated(org.send, { clock, concurrency: 50 });
    const all = await inTurn(30, gate);
    await clock.advance(1_000);
    // Others took 78 in the first seconds of the minute: at this rate they need the other 21.
    expect(org.calls).toHaveLength(1);
    await clock.run(Promise.all(all));
    expect(org.refused).toBe(0);
    expect(org.lowest).toBeGreaterThan(0);
  });

  it('stays within the share and waits for the reset when callers come one after the other', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 20);
    const { gate, waits } = gated(org.send, { clock });
    const work = (async () => {
      for (let at = 0; at < 50; at += 1) expect((await gate(request())).status).toBe(200);
    })();
    await clock.run(work);
    expect(org.refused).toBe(0);
    expect(org.lowest).toBe(4);
    expect(waits.length).toBeGreaterThan(1);
    // No call falls between the end of the budget and the next window.
    const windows = Map.groupBy(org.calls, (call) => Math.floor(call.at / 60_000));
    for (const calls of windows.values()) expect(calls.length).toBeLessThanOrEqual(16);
  });

  it.each([
    [1, 100, 1],
    [0.5, 100, 50],
    [0.8, 600, 120],
    [0.75, 10, 3],
    [1, 3, 1],
  ])('with a share of %d and a limit of %d at least %d stay free', async (share, limit, free) => {
    const clock = fakeClock();
    const org = new Org(clock, limit, () => 1);
    const { gate } = gated(org.send, { clock, share, maxWaitMs: 10 });
    const error = await clock.run(
      (async () => {
        for (;;) {
          const failed = await gate(request()).then(
            () => undefined,
            (reason: Error) => reason,
          );
          if (failed) return failed;
        }
      })(),
    );
    expect(error).toBeInstanceOf(RateLimitError);
    expect(org.lowest).toBe(free);
  });

  it.each([0, 3_600_000, -3_600_000])('measures on the clock of Okta (%d ms ahead of ours)', async (skew) => {
    const clock = fakeClock();
    const org = new Org(clock, 4, () => 10, skew);
    const { gate, waits } = gated(org.send, { clock });
    await clock.run(
      (async () => {
        for (let at = 0; at < 8; at += 1) expect((await gate(request())).status).toBe(200);
      })(),
    );
    expect(org.refused).toBe(0);
    for (const wait of waits) expect(wait).toBeLessThanOrEqual(62_000);
  });

  it('a wait above maxWaitMs is a RateLimitError at once, with the time to come back', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 3, () => 1);
    const { gate, waits } = gated(org.send, { clock, maxWaitMs: 5_000 });
    await clock.run(gate(request()));
    await clock.run(gate(request()));
    const error = await clock.run(rejection<RateLimitError>(gate(request())));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ code: 'rate_limited', retryable: true, actor: 'okta' });
    expect(error.message).toContain('/api/v1/users');
    // 04:05:06 to 04:06:00, plus a second
    expect(error.retryAfterMs).toBeGreaterThan(54_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(55_001);
    expect(org.calls).toHaveLength(2);
    expect(waits).toEqual([]);
  });

  it('counts each bucket for itself', async () => {
    const clock = fakeClock();
    const users = new Org(clock, 2, () => 1);
    const logs = new Org(clock, 600, () => 1);
    const { gate } = gated((one) => (one.path === '/api/v1/logs' ? logs.send(one) : users.send(one)), {
      clock,
      maxWaitMs: 1,
    });
    await clock.run(gate(request()));
    expect(await clock.run(rejection(gate(request())))).toBeInstanceOf(RateLimitError);
    expect((await clock.run(gate(request({ path: '/api/v1/logs' })))).status).toBe(200);
  });

  it('lets no more than `concurrency` under way at the same time', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 10_000);
    const { gate } = gated(org.send, { clock, concurrency: 4 });
    await clock.run(Promise.all(many(40, gate)));
    expect(org.mostInFlight).toBeLessThanOrEqual(4);
  });

  it('halves the concurrency on a concurrency 429 and learns no reset from it, then grows again', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 10_000);
    const { gate, waits } = gated(org.send, { clock, concurrency: 8 });
    await clock.run(gate(request()));
    org.maxInFlight = 0;
    expect(await clock.run(gate(request()))).toMatchObject({ status: 429 });
    expect(waits).toEqual([]);
    org.maxInFlight = Number.POSITIVE_INFINITY;
    org.mostInFlight = 0;
    const burst = Promise.all(many(4, gate));
    await settle();
    expect(org.inFlight).toBe(4);
    const more = Promise.all(many(4, gate));
    await settle();
    expect(org.inFlight).toBe(4);
    await clock.run(Promise.all([burst, more]));
    await clock.run(Promise.all(many(30, gate)));
    expect(org.mostInFlight).toBe(8);
  });

  it('never goes below one at a time', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 10_000);
    org.maxInFlight = 0;
    const { gate } = gated(org.send, { clock, concurrency: 3 });
    for (let i = 0; i < 5; i += 1) await clock.run(gate(request()));
    org.maxInFlight = 1;
    expect((await clock.run(gate(request()))).status).toBe(200);
  });

  it('asks no probe again for a minute where the answers have no rate-limit headers', async () => {
    const clock = fakeClock();
    let inFlight = 0;
    let most = 0;
    const send: Send = async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await clock.sleep(50);
      inFlight -= 1;
      return answer(200);
    };
    const { gate } = gated(send, { clock });
    await clock.run(gate(request()));
    await clock.run(Promise.all(await inTurn(5, gate)));
    expect(most).toBe(5);
  });

  it('a probe that fails hands its place to the next', async () => {
    const clock = fakeClock();
    let calls = 0;
    const { gate } = gated(
      async () => {
        calls += 1;
        await clock.sleep(10);
        if (calls === 1) throw new Error('broken');
        return answer(200, { headers: rateHeaders(600, 599, clock.now() + 30_000, clock.now()) });
      },
      { clock },
    );
    const failing = rejection(gate(request()));
    await settle();
    const waiting = gate(request());
    expect((await clock.run(failing)).message).toBe('broken');
    expect((await clock.run(waiting)).status).toBe(200);
  });

  it('answers that overtake each other leave the smaller figure', async () => {
    const clock = fakeClock();
    const resetAt = START + 54_000;
    const left = [9, 1, 8];
    const { gate } = gated(
      async () => answer(200, { headers: rateHeaders(10, left.shift() ?? 0, resetAt, clock.now()) }),
      { clock, maxWaitMs: 1 },
    );
    await clock.run(gate(request()));
    await clock.run(Promise.all([gate(request()), gate(request())]));
    expect(await clock.run(rejection(gate(request())))).toBeInstanceOf(RateLimitError);
  });

  it('an answer of an older window changes nothing', async () => {
    const clock = fakeClock();
    const said: [left: number, resetAt: number][] = [
      [9, START + 60_000],
      [2, START + 120_000],
      [8, START + 60_000],
    ];
    const { gate } = gated(
      async () => {
        const [left, resetAt] = said.shift() ?? [0, 0];
        return answer(200, { headers: rateHeaders(10, left, resetAt, clock.now()) });
      },
      { clock, maxWaitMs: 1 },
    );
    await clock.run(gate(request()));
    await clock.run(Promise.all([gate(request()), gate(request())]));
    expect(await clock.run(rejection(gate(request())))).toBeInstanceOf(RateLimitError);
  });

  // Would otherwise make every later answer "older" than such a window.
  it('recovers from one answer with a nonsense reset', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 10_000);
    let first = true;
    const { gate } = gated(
      async (one) => {
        if (!first) return org.send(one);
        first = false;
        return answer(200, { headers: rateHeaders(600, 500, START + 1e11, clock.now()) });
      },
      { clock },
    );
    await clock.run(gate(request()));
    await clock.advance(180_000);
    await clock.run(gate(request()));
    const all = await inTurn(6, gate);
    await clock.run(Promise.all(all));
    expect(org.mostInFlight).toBe(6);
  });

  it('is not alarmed by what others used of a large bucket in the first moment of a window', async () => {
    const clock = fakeClock(START + 54_000);
    const org = new Org(clock, 1_000_000, () => 5);
    org.take(20_000);
    const { gate, waits } = gated(org.send, { clock });
    await clock.run(Promise.all(many(200, gate)));
    expect(waits).toEqual([]);
    expect(clock.now() - START - 54_000).toBeLessThan(1_000);
  });

  it('goes on with an org whose windows slide: their reset is always as far away', async () => {
    const clock = fakeClock();
    let inFlight = 0;
    let most = 0;
    const { gate } = gated(
      async () => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await clock.sleep(100);
        inFlight -= 1;
        return answer(200, { headers: rateHeaders(9_000, 8_000, clock.now() + 30_000, clock.now()) });
      },
      { clock },
    );
    const until = clock.now() + 180_000;
    const caller = async () => {
      while (clock.now() < until) await gate(request());
    };
    const start = clock.now();
    await clock.run(Promise.all([caller(), caller(), clock.sleep(150_000).then(() => (most = 0))]));
    expect(clock.now() - start).toBeLessThan(182_000);
    expect(most).toBe(2);
  });

  it('who is told of a wait may fail: nobody else does', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 20);
    const { gate } = gated(org.send, {
      clock,
      onWait: () => {
        throw new Error('the terminal is gone');
      },
    });
    const responses = await clock.run(Promise.all(many(40, gate)));
    expect(statuses(responses)).toEqual(Array(40).fill(200));
  });

  it('a clock that fails is told to those who wait', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 2, () => 1);
    const broken = {
      ...clock,
      sleep: async () => {
        throw new Error('no timers here');
      },
    };
    const { gate } = gated(org.send, { clock: broken as FakeClock });
    await clock.run(gate(request()));
    expect((await clock.run(rejection(gate(request())))).message).toBe('no timers here');
  });

  it('requests that never left use nothing of the budget; those that broke may have', async () => {
    const clock = fakeClock();
    const resetAt = START + 54_000;
    let sent: boolean | undefined;
    const { gate } = gated(
      async () => {
        if (sent !== undefined) throw new NetworkError('broken', { sent });
        return answer(200, { headers: rateHeaders(10, 9, resetAt, clock.now()) });
      },
      { clock, maxWaitMs: 1 },
    );
    await clock.run(gate(request()));
    sent = false;
    for (let at = 0; at < 20; at += 1) expect(await rejection(gate(request()))).toBeInstanceOf(NetworkError);
    sent = true;
    for (let at = 0; at < 7; at += 1) expect(await rejection(gate(request()))).toBeInstanceOf(NetworkError);
    expect(await rejection(gate(request()))).toBeInstanceOf(RateLimitError);
  });

  it('a signal ends the wait with its reason and takes no place', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 2, () => 1);
    const controller = new AbortController();
    const reason = new Error('enough');
    const { gate, waits } = gated(org.send, { clock });
    await clock.run(gate(request()));
    const waiting = rejection(gate(request({ signal: controller.signal })));
    await settle();
    expect(waits).toHaveLength(1);
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    expect(await rejection(gate(request({ signal: controller.signal })))).toBe(reason);
    expect(org.calls).toHaveLength(1);
  });

  it('a signal ends the wait for a free slot', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 600, () => 10_000);
    const controller = new AbortController();
    const reason = new Error('enough');
    const { gate } = gated(org.send, { clock, concurrency: 1 });
    await clock.run(gate(request()));
    const running = gate(request());
    const queued = rejection(gate(request({ signal: controller.signal })));
    await settle();
    controller.abort(reason);
    expect(await queued).toBe(reason);
    await clock.run(running);
    expect(org.calls).toHaveLength(2);
  });

  it('a signal ends the wait for the probe', async () => {
    const clock = fakeClock();
    const org = new Org(clock, 600, () => 30_000);
    const controller = new AbortController();
    const reason = new Error('enough');
    const { gate } = gated(org.send, { clock });
    const probe = gate(request());
    await settle();
    const waiting = rejection(gate(request({ signal: controller.signal })));
    controller.abort(reason);
    await settle();
    const first = await Promise.race([waiting, settle().then(() => 'still waiting')]);
    await clock.run(probe);
    expect(first).toBe(reason);
  });
});

/** Callers of ours and of others on one bucket, over some minutes of fake time. */
async function simulate(seed: number, shared: boolean) {
  const random = seeded(seed);
  const clock = fakeClock(START + Math.floor(random() * 60_000));
  const limit = 30 + Math.floor(random() * 100);
  const skew = Math.floor((random() - 0.5) * 1e6);
  const org = new Org(clock, limit, () => 20 + Math.floor(random() * 400), skew);
  const concurrency = 1 + Math.floor(random() * 6);
  const share = 0.5 + random() * 0.4;
  const { gate } = gated(org.send, { clock, concurrency, share });
  const reserve = Math.max(1, Math.ceil(limit * (1 - share)));
  const others = new Map<number, number>();
  const workers = Array.from({ length: concurrency }, async () => {
    for (let at = 0; at < 25; at += 1) {
      await clock.sleep(1 + Math.floor(random() * 1_500));
      // Others take of the part that is left to them, never all of it.
      const window = Math.floor(org.now / 60_000);
      const taken = others.get(window) ?? 0;
      if (shared && random() < 0.3 && taken < reserve - 1) {
        others.set(window, taken + 1);
        org.take();
      }
      await gate(request());
    }
  });
  await clock.run(Promise.all(workers));
  return { org, reserve, concurrency };
}

describe('a simulation', () => {
  const seeds = Array.from({ length: 12 }, () => Math.floor(Math.random() * 2 ** 31));

  it.each(seeds)('alone on the bucket: no 429, Remaining stays above the reserve (seed %i)', async (seed) => {
    const { org, reserve, concurrency } = await simulate(seed, false);
    expect(org.refused).toBe(0);
    expect(org.calls).toHaveLength(concurrency * 25);
    expect(org.lowest).toBeGreaterThanOrEqual(reserve);
  });

  it.each(seeds)('with other callers on it: no 429, Remaining never 0 (seed %i)', async (seed) => {
    const { org } = await simulate(seed, true);
    expect(org.refused).toBe(0);
    expect(org.lowest).toBeGreaterThan(0);
  });
});
