import { appendFileSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Client, type DeadLetter, deadLetterFile } from '../../src/index.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import type { Webhook } from '../../src/triggers/webhook.ts';
import { useFolder } from '../state/support.ts';
import { until, useOrg, useServer } from './support.ts';

const org = useOrg();
const mount = useServer();
const inFolder = useFolder();
const CREATE = 'user.lifecycle.create';
const LETTER: DeadLetter = {
  trigger: 'new_event',
  id: 'a',
  at: '2026-02-03T10:11:12.345Z',
  reason: 'x',
  event: {},
};

let client: Client;
let state: StateStore;
let told: string[];
let file: string;
let count = 0;
beforeEach(() => {
  told = [];
  client = org.connect({ notice: (message) => told.push(message) });
  state = memoryStateStore();
  file = inFolder(`letters ${count++}.ndjson`);
});
const letters = () =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
/** An odd event between two usual ones. @returns their ids. */
const happen = async (): Promise<string[]> =>
  (
    await org.control('POST', '/events', [
      { eventType: CREATE },
      { eventType: CREATE, show: { target: 'Ana Ruiz <ana@acme.test>' } },
      { eventType: CREATE },
    ])
  ).body.uuids;
const polled = async (options: object = {}) =>
  (await Array.fromAsync(client.poll('user_created', {}, { state, ...options }))).map(({ id }) => id);

describe('M events of an unexpected shape set aside', () => {
  it('while polling: they are in the file before the state moves, the next ones come, and the notice has no data of people', async () => {
    await polled({ deadLetter: file });
    const [first, odd, last] = await happen();
    expect(await polled({ deadLetter: file })).toEqual([first, last]);
    expect(letters()).toEqual([
      {
        ...{ trigger: 'user_created', id: odd, reason: 'unexpected shape' },
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        event: expect.objectContaining({ uuid: odd, target: 'Ana Ruiz <ana@acme.test>' }),
      },
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(told).toEqual([`1 event has an unexpected shape; it is set aside: ${odd}`]);
    expect(await polled({ deadLetter: file })).toEqual([]);
    expect(letters()).toHaveLength(1);
  });

  it('without the choice they are delivered', async () => {
    await polled();
    const uuids = await happen();
    expect(await polled()).toEqual(uuids);
    expect(told.join()).toContain('delivered as received');
  });

  it('what cannot be set aside is neither delivered nor passed over', async () => {
    await polled();
    const [first, odd, last] = await happen();
    let fails = true;
    const deadLetter = async () => {
      if (fails) throw new Error('no room');
    };
    await expect(polled({ deadLetter })).rejects.toThrow('no room');
    fails = false;
    const got: string[] = [];
    const taken: unknown[] = [];
    const add = async ({ id }: DeadLetter) => void taken.push(id);
    got.push(...(await polled({ deadLetter: add })));
    expect([got, taken]).toEqual([[last], [odd]]);
    expect(first).toBeTypeOf('string');
  });

  it('from a hook: once, by the key of the trigger, and the next ones come', async () => {
    const got: string[] = [];
    const webhook: Webhook = await client.webhook({ publicUrl: mount.url, state, deadLetter: file });
    mount.fetch = webhook.fetch;
    await webhook.subscribe({
      key: 'user_created',
      input: {},
      deliver: ({ id }) => {
        got.push(id);
      },
    });
    await org.control('PUT', '/settings', { hookDuplicateRate: 1 });
    const [first, odd, last] = await happen();
    await until(() => got.length === 2 && told.length > 0);
    await org.control('POST', '/hooks/flush');
    await webhook.stop();
    expect(got.toSorted()).toEqual([first, last].toSorted());
    expect(letters()).toMatchObject([{ trigger: 'user_created', id: odd }]);
    expect(told.join()).toContain('set aside');
  });

  it.each([
    ['search_events', 'file', 'search_events cannot set events aside'],
    ['user_created', '', 'deadLetter must be the name of a file'],
    ['user_created', 7, 'deadLetter must be the name of a file'],
  ])('is refused for %s with %j', async (key, deadLetter, why) => {
    const input = key === 'search_events' ? { eventTypes: [CREATE] } : {};
    const run = async () => Array.fromAsync(client.poll(key, input, { state, deadLetter } as never));
    await expect(run()).rejects.toThrow(why);
  });
});

describe('a dead-letter file', () => {
  it('goes on after half a line, which stays by itself', async () => {
    await deadLetterFile(file)(LETTER);
    appendFileSync(file, '{"trigger":"cut o');
    await deadLetterFile(file)({ ...LETTER, id: 'b' });
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines).toEqual([
      JSON.stringify(LETTER),
      '{"trigger":"cut o',
      JSON.stringify({ ...LETTER, id: 'b' }),
      '',
    ]);
  });

  it('takes many at once, each whole', async () => {
    const add = deadLetterFile(file);
    const ids = Array.from({ length: 20 }, (_, at) => `${at}`);
    await Promise.all(ids.map((id) => add({ ...LETTER, id })));
    expect(
      letters()
        .map(({ id }) => Number(id))
        .toSorted((a, b) => a - b),
    ).toEqual(ids.map(Number));
  });

  it('that cannot be written is refused at the start, before anything is read', async () => {
    mkdirSync(file);
    const error = await polled({ deadLetter: file }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'state_locked', retryable: false });
    expect(String(error)).toContain('.ndjson');
  });

  it('that is a link is not followed', async () => {
    const other = inFolder('other');
    writeFileSync(other, '');
    symlinkSync(other, file);
    await expect(polled({ deadLetter: file })).rejects.toThrow('cannot be written (ELOOP)');
  });
});
