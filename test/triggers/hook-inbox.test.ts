import { expect, it } from 'vitest';
import type { LogEvent } from '../../src/resources/log/log-event.ts';
import { HookInbox } from '../../src/triggers/sources/hook/hook-inbox.ts';
import { type HookState, newHook } from '../../src/triggers/sources/hook/hook-state.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const event = (n: number): LogEvent => ({ uuid: `event ${n}`, eventType: 'user.session.start' }) as LogEvent;
const events = (count: number) => Array.from({ length: count }, (_, n) => event(n));

/** A record whose saves are counted, as is what each leaves in the inbox. */
function record(inbox: LogEvent[] = []) {
  const left: number[] = [];
  const held = {
    value: { ...newHook(), inbox } as HookState | undefined,
    isLost: false,
    async save(value: HookState) {
      held.value = value;
      left.push(value.inbox.length);
    },
    assertHeld() {},
    async release() {},
  };
  return { held, left };
}

/** The most events that were delivered and still in the store, which a kill would repeat. */
async function drained(count: number, deliver: () => Promise<unknown>) {
  const { held, left } = record(events(count));
  let [delivered, atMost] = [0, 0];
  const inbox = new HookInbox(held, newHook(), async () => {
    await deliver();
    delivered += 1;
    atMost = Math.max(atMost, delivered - (count - (held.value?.inbox.length ?? 0)));
  });
  await inbox.drain();
  expect(delivered).toBe(count);
  expect(left.at(-1)).toBe(0);
  return { atMost, saves: left.length };
}

it('a kill repeats at most 50 events that were delivered one after the other', async () => {
  expect(await drained(420, turn)).toEqual({ atMost: 50, saves: 9 });
});

it('a kill repeats at most 1,000 events that were delivered within a turn', async () => {
  const { atMost, saves } = await drained(2_500, async () => {});
  expect(atMost).toBeLessThanOrEqual(1_000);
  expect(saves).toBeLessThan(10);
});

it('what was delivered before one that fails leaves the store, and does not come again', async () => {
  const { held, left } = record(events(700));
  const got: string[] = [];
  const inbox = new HookInbox(held, newHook(), async ({ uuid }) => {
    if (uuid === 'event 600') throw new Error('refused');
    got.push(uuid);
  });
  await expect(inbox.drain()).rejects.toThrow('refused');
  expect(got).toHaveLength(600);
  expect(left.at(-1)).toBe(100);
  expect(held.value?.inbox[0]).toMatchObject({ uuid: 'event 600' });
});

it('deliveries that come one turn after the other share a save, and none waits for ever', async () => {
  const { held, left } = record();
  const inbox = new HookInbox(held, newHook(), async () => {});
  let n = 0;
  /** As a request that is read before the next turn. */
  const arrive = async () => {
    const next = turn();
    const taken = inbox.take([event(n)]);
    n += 1;
    await next;
    return { taken };
  };
  const taken: Promise<void>[] = [];
  for (let count = 0; count < 20; count += 1) taken.push((await arrive()).taken);
  await Promise.all(taken);
  expect(left.at(-1)).toBe(20);
  expect(left.length).toBeLessThan(10);
  let isDone = false;
  void (await arrive()).taken.then(() => {
    isDone = true;
  });
  while (!isDone) {
    expect(n).toBeLessThan(1_000_000);
    await arrive();
  }
});
