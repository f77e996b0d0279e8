import { expect, it } from 'vitest';
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
