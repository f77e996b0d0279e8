import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { contextStore } from '../../../src/hosts/node-red/context-store.ts';
import type { NodeContext } from '../../../src/hosts/node-red/red.ts';

/** A context that answers later, as one on a disk does. */
function context(entries = new Map<string, unknown>()) {
  const made: NodeContext = {
    get: (key, store, callback) =>
      setImmediate(() => callback(null, structuredClone(entries.get(`${store}/${key}`)))),
    set: (key, value, store, callback) =>
      setImmediate(() => {
        entries.set(`${store}/${key}`, structuredClone(value));
        callback(null);
      }),
  };
  return { made, entries };
}

describe('state in the context of a node', () => {
  it('keeps texts under names without dots, in the store that was chosen', async () => {
    const { made, entries } = context();
    const store = contextStore(made, 'node', 'file');
    expect(await store.compareAndSet('new_event@acme.okta.com', undefined, 'one')).toBe(true);
    expect([...entries.keys()]).toEqual(['file/state_new_event_acme_okta_com']);
    expect(await store.get('new_event@acme.okta.com')).toBe('one');
    expect(await store.get('other')).toBeUndefined();
  });

  it('lets one of many win', async () => {
    const store = contextStore(context().made, 'node');
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, at) => store.compareAndSet('key', undefined, `${at}`)),
    );
    expect(all.filter(Boolean)).toHaveLength(1);
    expect(await store.compareAndSet('key', 'wrong', 'no')).toBe(false);
    expect(await store.get('key')).toBe('0');
  });

  it('forgets leases in time, and those of a process that was killed at once', async () => {
    let now = 1_000;
    const { made, entries } = context();
    const store = contextStore(made, 'node', undefined, () => now);
    await store.compareAndSet('lease', undefined, 'me', 500);
    expect(await store.get('lease')).toBe('me');
    now = 1_500;
    expect(await store.get('lease')).toBeUndefined();
    await store.compareAndSet('lease', undefined, 'me', 500);
    const entry = entries.get('undefined/state_lease') as object;
    entries.set('undefined/state_lease', { ...entry, by: 'a process before' });
    expect(await store.get('lease')).toBeUndefined();
    await store.compareAndSet('cursor', undefined, 'kept');
    entries.set('undefined/state_cursor', {
      ...(entries.get('undefined/state_cursor') as object),
      by: 'before',
    });
    expect(await store.get('cursor')).toBe('kept');
  });

  it('passes on what the context could not do', async () => {
    const broken: NodeContext = {
      get: (_key, _store, callback) => callback(new Error('no such store')),
      set: (_key, _value, _store, callback) => callback(null),
    };
    await expect(contextStore(broken, 'node', 'gone').get('key')).rejects.toThrow('no such store');
  });
});

describe('F1.5 a context that fails for a moment', () => {
  function failingContext() {
    const { made, entries } = context();
    const disk = { error: undefined as Error | undefined };
    const flaky: NodeContext = {
      get: (key, store, callback) => (disk.error ? callback(disk.error) : made.get(key, store, callback)),
      set: (key, value, store, callback) =>
        disk.error ? callback(disk.error) : made.set(key, value, store, callback),
    };
    return { flaky, disk, entries };
  }
  const full = () => Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  const passing = { code: 'state_locked', retryable: true, message: expect.stringContaining('ENOSPC') };

  it('is tried again by whoever uses it, and holds what it held', async () => {
    const { flaky, disk } = failingContext();
    const store = contextStore(flaky, 'flaky');
    await store.compareAndSet('key', undefined, 'before');
    disk.error = full();
    await expect(store.compareAndSet('key', 'before', 'after')).rejects.toMatchObject(passing);
    await expect(store.get('key')).rejects.toMatchObject(passing);
    disk.error = undefined;
    expect(await store.compareAndSet('key', 'before', 'after')).toBe(true);
  });

  it('while a deploy hands over loses nothing', async () => {
    const { flaky, disk } = failingContext();
    const before = contextStore(flaky, 'handed');
    await before.compareAndSet('key', undefined, 'cursor');
    disk.error = full();
    await before.handOver();
    const fresh = failingContext();
    fresh.disk.error = full();
    const after = contextStore(fresh.flaky, 'handed');
    await expect(after.get('key')).rejects.toMatchObject(passing);
    // Deployed once more before there is room.
    await after.handOver();
    const last = contextStore(fresh.flaky, 'handed');
    await expect(last.get('key')).rejects.toMatchObject(passing);
    fresh.disk.error = undefined;
    expect(await last.get('key')).toBe('cursor');
  });
});

/** Node-RED's own contexts: what it drops and where it looks is its business. */
const hosts = createRequire(import.meta.url)('@node-red/runtime/lib/nodes/context') as {
  init(settings: object): void;
  load(): Promise<void>;
  get(nodeId: string, tabId: string): NodeContext;
  delete(nodeId: string, tabId: string): Promise<void>;
};

describe("state over a deploy, in Node-RED's own contexts", () => {
  const use = async (contextStorage?: object) => {
    hosts.init({ contextStorage });
    await hosts.load();
  };

  it('stays when Node-RED drops a context in memory, as it does for each node that it stops', async () => {
    await use();
    const before = contextStore(hosts.get('polling', 'tab'), 'polling');
    await before.compareAndSet('user_created@acme', undefined, 'cursor');
    await before.handOver();
    await hosts.delete('polling', 'tab');
    const after = contextStore(hosts.get('polling', 'tab'), 'polling');
    expect(await after.get('user_created@acme')).toBe('cursor');
    expect(await contextStore(hosts.get('other', 'tab'), 'other').get('user_created@acme')).toBeUndefined();
  });

  it('comes along to another tab, to another store, and back', async () => {
    await use({ default: { module: 'memory' }, second: { module: 'memory' } });
    let expected: string | undefined;
    for (const [tab, store, next] of [
      ['first', undefined, '1'],
      ['second', undefined, '2'],
      ['second', 'second', '3'],
      ['first', undefined, '4'],
    ] as const) {
      const state = contextStore(hosts.get('moved', tab), 'moved', store);
      expect(await state.get('key')).toBe(expected);
      await state.compareAndSet('key', expected, next);
      expected = next;
      await state.handOver();
    }
  });

  it('stays when a node is stopped before a slow context has taken it over', async () => {
    const slow = () => {
      const { made } = context();
      const set: NodeContext['set'] = (...given) => setTimeout(() => made.set(...given), 20);
      return { ...made, set };
    };
    const first = contextStore(slow(), 'hasty');
    await first.compareAndSet('key', undefined, 'cursor');
    await first.handOver();
    await contextStore(slow(), 'hasty').handOver();
    expect(await contextStore(slow(), 'hasty').get('key')).toBe('cursor');
  });

  it('is gone when somebody deleted it', async () => {
    await use({ default: { module: 'memory' } });
    const context = hosts.get('reset', 'tab');
    const before = contextStore(context, 'reset');
    await before.compareAndSet('key', undefined, 'old');
    await new Promise<void>((resolve) => context.set('state_key', undefined, undefined, () => resolve()));
    await before.handOver();
    expect(await contextStore(context, 'reset').get('key')).toBeUndefined();
  });
});
