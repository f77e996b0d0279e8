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
    const store = contextStore(made, 'file');
    expect(await store.compareAndSet('new_event@acme.okta.com', undefined, 'one')).toBe(true);
    expect([...entries.keys()]).toEqual(['file/state_new_event_acme_okta_com']);
    expect(await store.get('new_event@acme.okta.com')).toBe('one');
    expect(await store.get('other')).toBeUndefined();
  });

  it('lets one of many win', async () => {
    const store = contextStore(context().made);
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
    const store = contextStore(made, undefined, () => now);
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
    await expect(contextStore(broken, 'gone').get('key')).rejects.toThrow('no such store');
  });
});
