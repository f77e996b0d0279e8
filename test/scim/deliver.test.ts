import { expect, it, vi } from 'vitest';
import { deliverScimEvents } from '../../src/scim/deliver.ts';
import { opened } from './support.ts';

it('delivers what was there before, what comes, and what comes before the end', async () => {
  const server = opened();
  await server.user('ana');
  const end = new AbortController();
  const told: string[] = [];
  const done = deliverScimEvents(
    server.store,
    'flow',
    async ({ after }) => {
      told.push(String(after?.userName));
      if (after?.userName === 'ben') {
        await server.user('eva');
        end.abort();
      }
    },
    end.signal,
  );
  await expect.poll(() => told).toEqual(['ana']);
  await server.user('ben');
  await done;
  expect(told).toEqual(['ana', 'ben', 'eva']);
  expect(await server.store.position('flow')).toBe(3);
});

it('delivers again what could not be delivered, and nothing else', async () => {
  const server = opened();
  for (const name of ['ana', 'ben', 'eva']) await server.user(name);
  const told: string[] = [];
  let fails = true;
  const deliver = async ({ id, after }: { id: string; after: Record<string, unknown> | null }) => {
    if (after?.userName === 'ben' && fails) throw new Error('down');
    told.push(`${id} ${after?.userName}`);
  };
  const { signal } = new AbortController();
  await expect(deliverScimEvents(server.store, 'flow', deliver, signal)).rejects.toThrow('down');
  expect(await server.store.position('flow')).toBe(1);
  fails = false;
  await deliverScimEvents(server.store, 'flow', deliver, AbortSignal.abort());
  expect(told.map((one) => one.split(' ')[1])).toEqual(['ana', 'ben', 'eva']);
  expect(new Set(told).size).toBe(3);
});

it('says that it is still there while an event cannot be delivered: after a month, its events would be dropped', async () => {
  const server = opened();
  const acknowledge = vi.spyOn(server.store, 'acknowledge');
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    await server.user('ana');
    await server.user('ben');
    const end = new AbortController();
    let isStuck = false;
    const done = deliverScimEvents(
      server.store,
      'flow',
      ({ after }) => {
        if (after?.userName === 'ana') return Promise.resolve();
        isStuck = true;
        return new Promise((_, reject) =>
          end.signal.addEventListener('abort', () => reject(new Error('over'))),
        );
      },
      end.signal,
    );
    await vi.waitFor(() => expect(isStuck).toBe(true));
    acknowledge.mockClear();
    vi.advanceTimersByTime(25 * 60 * 60 * 1_000);
    expect(acknowledge.mock.calls.length).toBeGreaterThan(20);
    // What was delivered meanwhile does not come again after a kill.
    expect(acknowledge.mock.calls.at(-1)).toEqual(['flow', 1]);
    end.abort();
    await expect(done).rejects.toThrow('over');
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
