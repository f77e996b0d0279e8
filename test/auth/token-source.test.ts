import { describe, expect, it } from 'vitest';
import { memoryTokenStore, type TokenStore, type Tokens, tokenSource } from '../../src/auth/token-source.ts';
import { fakeClock, START, settle } from '../support/fake-clock.ts';
import { rejection } from '../support/server.ts';

const HOUR = 3_600_000;
const tokens = (accessToken: string, expiresAt = START + HOUR, refreshToken?: string): Tokens => ({
  accessToken,
  tokenType: 'Bearer',
  expiresAt,
  scope: 'okta.users.read',
  refreshToken,
});

/** Gives A, then B, ... each good for an hour; each takes a turn of the event loop. */
function issuer(clock: { now(): number }) {
  const asked: (Tokens | undefined)[] = [];
  const obtain = async (latest: Tokens | undefined) => {
    asked.push(latest);
    await settle();
    return tokens('ABCDEF'[asked.length - 1] ?? '?', clock.now() + HOUR, `r${asked.length}`);
  };
  return { asked, obtain };
}

describe('a token source', () => {
  it('gets a token at the first use and keeps it', async () => {
    const clock = fakeClock();
    const { asked, obtain } = issuer(clock);
    const source = tokenSource(memoryTokenStore(), clock, obtain);
    expect(asked).toHaveLength(0);
    expect((await source.get()).accessToken).toBe('A');
    expect((await source.get()).accessToken).toBe('A');
    expect(asked).toEqual([undefined]);
  });

  it.each([
    ['four to five minutes', HOUR, 300_000, 240_000],
    ['eight to ten percent of a short life', 600_000, 60_000, 48_000],
  ])('F2.6 renews %s before the end, also a token that another process stored', async (_, life, from, to) => {
    for (let round = 0; round < 20; round += 1) {
      const clock = fakeClock();
      const { obtain } = issuer(clock);
      const stored = { ...tokens('S', START + life), issuedAt: START };
      const source = tokenSource(memoryTokenStore(stored), clock, obtain);
      clock.set(START + life - from - 1);
      expect((await source.get()).accessToken).toBe('S');
      clock.set(START + life - to);
      expect((await source.get()).accessToken).toBe('A');
    }
  });

  it('F2.6 processes that share a store do not all renew at the same moment', async () => {
    const clock = fakeClock();
    const stored = { ...tokens('S', START + HOUR), issuedAt: START };
    clock.set(START + HOUR - 270_000);
    const asked = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const { asked, obtain } = issuer(clock);
        await tokenSource(memoryTokenStore(stored), clock, obtain).get();
        return asked.length;
      }),
    );
    expect(new Set(asked)).toEqual(new Set([0, 1]));
  });

  it('F2.6 a refused token is not left to others when the renewal fails', async () => {
    const clock = fakeClock();
    const store = memoryTokenStore(tokens('S'));
    const source = tokenSource(store, clock, async () => {
      throw new Error('down');
    });
    source.drop((await source.get()).accessToken);
    expect((await rejection(source.get())).message).toBe('down');
    const { asked, obtain } = issuer(clock);
    expect((await tokenSource(store, clock, obtain).get()).accessToken).toBe('A');
    expect(asked).toHaveLength(1);
  });

  it('has one renewal at a time, however many ask', async () => {
    const clock = fakeClock();
    const { asked, obtain } = issuer(clock);
    const source = tokenSource(memoryTokenStore(), clock, obtain);
    const got = await Promise.all(Array.from({ length: 20 }, () => source.get()));
    expect(new Set(got.map((one) => one.accessToken))).toEqual(new Set(['A']));
    expect(asked).toHaveLength(1);
  });

  it('starts with what is stored, and gives the latest tokens to the renewal', async () => {
    const clock = fakeClock();
    const { asked, obtain } = issuer(clock);
    const stored = tokens('S', START + HOUR, 'rS');
    const source = tokenSource(memoryTokenStore(stored), clock, obtain);
    expect((await source.get()).accessToken).toBe('S');
    clock.set(START + HOUR);
    expect((await source.get()).accessToken).toBe('A');
    expect(asked).toEqual([stored]);
  });

  it('never hands out a dropped token again', async () => {
    const clock = fakeClock();
    const { obtain } = issuer(clock);
    const source = tokenSource(memoryTokenStore(), clock, obtain);
    const first = await source.get();
    source.drop(first.accessToken);
    expect((await source.get()).accessToken).toBe('B');
    expect((await source.get()).accessToken).toBe('B');
  });

  it('ten requests that are refused with the same token cost one renewal', async () => {
    const clock = fakeClock();
    const { asked, obtain } = issuer(clock);
    const source = tokenSource(memoryTokenStore(), clock, obtain);
    const { accessToken } = await source.get();
    const got = await Promise.all(
      Array.from({ length: 10 }, async (_, at) => {
        for (let wait = 0; wait < at; wait += 1) await settle();
        source.drop(accessToken);
        return source.get();
      }),
    );
    expect(got.map((one) => one.accessToken)).toEqual(Array(10).fill('B'));
    expect(asked).toHaveLength(2);
  });

  it('takes what another process stored meanwhile instead of renewing', async () => {
    const clock = fakeClock();
    const { asked, obtain } = issuer(clock);
    const store = memoryTokenStore(tokens('old', START + 1));
    const others: TokenStore = {
      ...store,
      async exclusively(work) {
        await store.write(tokens('theirs'));
        return work();
      },
    };
    const source = tokenSource(others, clock, obtain);
    expect((await source.get()).accessToken).toBe('theirs');
    expect(asked).toHaveLength(0);
  });

  it('stores new tokens before anybody gets them, inside the lock', async () => {
    const clock = fakeClock();
    const order: string[] = [];
    const { obtain } = issuer(clock);
    const store: TokenStore = {
      read: async () => undefined,
      async write(next) {
        await settle();
        order.push(`written ${next.accessToken}`);
      },
      async exclusively(work) {
        order.push('locked');
        const result = await work();
        order.push('unlocked');
        return result;
      },
    };
    const got = await tokenSource(store, clock, obtain).get();
    order.push(`handed out ${got.accessToken}`);
    expect(order).toEqual(['locked', 'written A', 'unlocked', 'handed out A']);
  });

  describe('F1.5 when the tokens cannot be stored', () => {
    /** A store that is full from the first write of other tokens on, with what was told. */
    function filling(clock: ReturnType<typeof fakeClock>, initial?: Tokens) {
      const store = memoryTokenStore(initial);
      const disk = { full: true, fullNow: false, told: [] as string[], store };
      const { asked, obtain } = issuer(clock);
      const write = async (next: Tokens) => {
        const isOther = JSON.stringify(next) !== JSON.stringify(await store.read());
        if (disk.fullNow || (disk.full && isOther)) throw new Error('disk full');
        await store.write(next);
      };
      const source = tokenSource({ ...store, write }, clock, obtain, (text) => disk.told.push(text));
      return { disk, source, asked };
    }

    it('hands them out, and stores them when that works again', async () => {
      const clock = fakeClock();
      const { disk, source, asked } = filling(clock, tokens('S', START, 'r0'));
      expect((await source.get()).accessToken).toBe('A');
      expect(await disk.store.read()).toMatchObject({ refreshToken: 'r0' });
      expect(disk.told).toEqual([expect.stringContaining('disk full; the new tokens are kept in memory')]);
      await clock.advance(11_000);
      expect((await source.get()).accessToken).toBe('A');
      await settle();
      disk.full = false;
      await clock.advance(11_000);
      await source.get();
      await settle();
      expect(await disk.store.read()).toMatchObject({ accessToken: 'A', refreshToken: 'r1' });
      expect(disk.told).toHaveLength(2);
      expect(asked).toHaveLength(1);
    });

    it('mcp-field 25: renews with the refresh token that it kept, not with the one that is spent', async () => {
      const clock = fakeClock();
      const { disk, source, asked } = filling(clock, tokens('S', START, 'r0'));
      await source.get();
      await clock.advance(2 * HOUR);
      // Nothing more is spent while nothing can be stored.
      expect((await rejection(source.get())).message).toBe('disk full');
      expect(asked).toHaveLength(1);
      disk.full = false;
      expect((await source.get()).accessToken).toBe('B');
      expect(asked.map((latest) => latest?.refreshToken)).toEqual(['r0', 'r1']);
      expect(await disk.store.read()).toMatchObject({ refreshToken: 'r2' });
    });

    it('leaves a sign-in alone that somebody stored meanwhile', async () => {
      const clock = fakeClock();
      const { disk, source } = filling(clock, tokens('S', START, 'r0'));
      await source.get();
      await disk.store.write(tokens('new sign-in', START + 3 * HOUR, 'n1'));
      await clock.advance(2 * HOUR);
      expect((await source.get()).accessToken).toBe('new sign-in');
      expect(await disk.store.read()).toMatchObject({ refreshToken: 'n1' });
    });

    it('does not spend a refresh token when the disk is full before', async () => {
      const clock = fakeClock();
      const { disk, source, asked } = filling(clock, tokens('S', START, 'r0'));
      disk.fullNow = true;
      expect((await rejection(source.get())).message).toBe('disk full');
      expect(asked).toHaveLength(0);
    });
  });

  it('a renewal that fails reaches all who wait, and the next call tries again', async () => {
    const clock = fakeClock();
    let tries = 0;
    const source = tokenSource(memoryTokenStore(), clock, async () => {
      tries += 1;
      await settle();
      if (tries === 1) throw new Error('down');
      return tokens('A');
    });
    const waiting = await Promise.all([rejection(source.get()), rejection(source.get())]);
    expect(waiting.map((error) => error.message)).toEqual(['down', 'down']);
    expect((await source.get()).accessToken).toBe('A');
    expect(tries).toBe(2);
  });

  // The old token is good for two more minutes; a hiccup of the token endpoint must not stop work that could go on.
  it('goes on with a token that is still good while the renewal fails', async () => {
    const clock = fakeClock();
    const source = tokenSource(memoryTokenStore(tokens('S', START + 100_000)), clock, async () => {
      throw new Error('down');
    });
    expect((await source.get()).accessToken).toBe('S');
  });

  it('the signal of one who waits ends that wait only; the renewal goes on for the others', async () => {
    const clock = fakeClock();
    let give = () => {};
    const store = memoryTokenStore();
    const source = tokenSource(store, clock, async () => {
      await new Promise<void>((resolve) => {
        give = resolve;
      });
      return tokens('A');
    });
    const reason = new Error('enough');
    const controller = new AbortController();
    const waiting = rejection(source.get(controller.signal));
    const other = source.get();
    await settle();
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    give();
    expect((await other).accessToken).toBe('A');
    expect((await store.read())?.accessToken).toBe('A');
  });

  it('keeps a token that lives shorter than the margin for part of its life', async () => {
    const clock = fakeClock();
    let asked = 0;
    const source = tokenSource(memoryTokenStore(), clock, async () => {
      asked += 1;
      return { ...tokens(`T${asked}`, clock.now() + 60_000), issuedAt: clock.now() };
    });
    await source.get();
    await source.get();
    expect(asked).toBe(1);
  });
});
