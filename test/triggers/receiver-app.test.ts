import crypto from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogEvent } from '../../src/resources/log/log-event.ts';
import { receiverApp } from '../../src/triggers/sources/hook/receiver-app.ts';

const SECRET = 'correct-horse-battery-staple-0123456789';
const URL = 'https://in.acme.test/hook';
const event = (uuid: string) => ({
  uuid,
  eventType: 'user.lifecycle.create',
  published: '2026-02-03T10:11:12Z',
});
const envelope = (...events: unknown[]) => JSON.stringify({ data: { events } });

type Body = NonNullable<RequestInit['body']>;
let taken: LogEvent[][];
let told: string[] = [];
let fails: Error | undefined;
const app = receiverApp(
  () => SECRET,
  async (events) => {
    if (fails) throw fails;
    taken.push(events);
  },
  (message) => told.push(message),
);
beforeEach(() => {
  taken = [];
  told = [];
  fails = undefined;
});
afterEach(() => vi.restoreAllMocks());

const ask = async (method: string, headers: Record<string, string> = {}, body?: Body, url = URL) => {
  const init = { method, headers, body, duplex: 'half' } as RequestInit;
  return app.fetch(new Request(url, init));
};
const authorized = { Authorization: SECRET };
const post = (body: Body, headers: Record<string, string> = authorized) => ask('POST', headers, body);

describe('access', () => {
  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND'])('%s is 405', async (method) => {
    const answer = await ask(method, authorized);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect(await answer.text()).toBe('');
  });

  const wrong: [string, Record<string, string>][] = [
    ['no secret', {}],
    ['an empty one', { Authorization: '' }],
    ['a wrong one of the same length', { Authorization: SECRET.replace('c', 'x') }],
    ['a longer one', { Authorization: `${SECRET}x` }],
    ['a shorter one', { Authorization: SECRET.slice(0, -1) }],
    ['one in other case', { Authorization: SECRET.toUpperCase() }],
    ['one with a scheme', { Authorization: `Bearer ${SECRET}` }],
    ['one in another header', { 'X-Authorization': SECRET }],
  ];

  it.each(wrong)('%s is 401 for a delivery, and nothing is taken', async (_, headers) => {
    const answer = await post(envelope(event('a')), headers);
    expect([answer.status, await answer.text(), taken]).toEqual([401, '', []]);
  });

  it.each(wrong)('%s is 401 for a challenge, and it is not given back', async (_, headers) => {
    const answer = await ask('GET', { ...headers, 'X-Okta-Verification-Challenge': 'please' });
    expect([answer.status, await answer.text()]).toEqual([401, '']);
  });

  it('is found out in constant time, whatever the length', async () => {
    const compare = vi.spyOn(crypto, 'timingSafeEqual');
    // A spy on the default export reaches named imports only when they are synchronised.
    (await import('node:module')).syncBuiltinESMExports();
    for (const Authorization of ['', 'x', SECRET, `${SECRET}${SECRET}`])
      await post(envelope(), { Authorization });
    const lengths = compare.mock.calls.map(([a, b]) => [a.byteLength, b.byteLength]);
    compare.mockRestore();
    (await import('node:module')).syncBuiltinESMExports();
    expect(lengths).toHaveLength(4);
    expect(new Set(lengths.flat()).size).toBe(1);
  });
});

describe('the challenge', () => {
  it.each(['simple', 'Aa0-_~.!$&()*+,;=:@/?', 'x'.repeat(512)])('%s comes back', async (challenge) => {
    const answer = await ask('GET', { ...authorized, 'X-Okta-Verification-Challenge': challenge });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toEqual({ verification: challenge });
  });

  it.each([
    ['none', undefined],
    ['empty', ''],
    ['too long', 'x'.repeat(513)],
    ['with a space', 'a b'],
    ['beyond ASCII', 'caf\u00e9'],
    ['with a tab', 'a\tb'],
  ])('%s is 400', async (_, challenge) => {
    const headers: Record<string, string> =
      challenge === undefined ? {} : { 'X-Okta-Verification-Challenge': challenge };
    const answer = await ask('GET', { ...authorized, ...headers });
    expect([answer.status, await answer.text()]).toEqual([400, '']);
  });
});

describe('a delivery', () => {
  it('of several events is taken as one, on any path', async () => {
    const events = [event('a'), { ...event('b'), target: null, newMember: { x: 1 } }];
    const answer = await ask('POST', authorized, envelope(...events), `${URL}/deep?x=1`);
    expect(answer.status).toBe(200);
    expect(taken).toEqual([events]);
  });

  it('without events is fine', async () => {
    expect((await post(envelope())).status).toBe(200);
  });

  it.each([
    ['no JSON', '{"data":'],
    ['empty', ''],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
    ['without data', '{}'],
    ['with null data', '{"data":null}'],
    ['with events that are no list', '{"data":{"events":{"length":1}}}'],
    ['with bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00])],
  ])('F1.4 %s is 400, nothing of it is taken, and that is said', async (_, body) => {
    const answer = await post(body);
    expect([answer.status, await answer.text(), taken]).toEqual([400, '', []]);
    expect(told).toEqual([expect.stringMatching(/refused: it (is not JSON|has no list of events)/)]);
  });

  // Regression: one of these made the whole delivery a 400, and its other events were lost.
  it.each([
    ['null', null],
    ['a text', 'x'],
    ['a list', [1]],
    ['without uuid', { ...event('b'), uuid: undefined }],
    ['whose uuid is a number', { ...event('b'), uuid: 1 }],
    ['without type', { ...event('b'), eventType: null }],
    ['without time', { ...event('b'), published: 5 }],
    ['whose target is no list', { ...event('b'), target: {} }],
    ['whose target is a text', { ...event('b'), target: 'x' }],
    ['whose actor is a text', { ...event('b'), actor: 'x' }],
  ])('F1.4 with an event that is %s is taken whole, and that is said', async (_, odd) => {
    const answer = await post(envelope(event('a'), odd, event('c')));
    expect([answer.status, taken]).toEqual([
      200,
      [JSON.parse(JSON.stringify([event('a'), odd, event('c')]))],
    ]);
    expect(told).toEqual([expect.stringMatching(/^1 event has an unexpected shape/)]);
  });

  const big = () => envelope({ ...event('a'), pad: 'x'.repeat(1024 * 1024) });

  it('beyond a megabyte is 413', async () => {
    const answer = await post(big(), { ...authorized, 'Content-Length': String(big().length) });
    expect([answer.status, await answer.text(), taken]).toEqual([413, '', []]);
    expect(told).toEqual([expect.stringContaining('larger than a megabyte')]);
  });

  it('beyond a megabyte is 413 too when it does not say how long it is', async () => {
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent++;
        if (sent > 1_000) controller.close();
        else controller.enqueue(new Uint8Array(64 * 1024).fill(32));
      },
    });
    expect((await post(stream)).status).toBe(413);
    expect(sent).toBeLessThan(40);
  });

  it('that cannot be stored is 503, so that Okta tries again, and says nothing of the reason', async () => {
    fails = new Error(`disk full at /secret/path ${SECRET}`);
    const answer = await post(envelope(event('a')));
    expect([answer.status, await answer.text()]).toEqual([503, '']);
  });
});

describe('answers', () => {
  it('never show what came in', async () => {
    const marker = 'reflect-me-4711';
    const evil = { 'X-Marker': marker, 'User-Agent': marker };
    const answers = [
      ask(
        'GET',
        { ...evil, 'X-Okta-Verification-Challenge': marker },
        undefined,
        `${URL}/${marker}?${marker}`,
      ),
      ask('GET', { ...authorized, ...evil }, undefined, `${URL}/${marker}`),
      ask('POST', { ...authorized, ...evil }, marker, `${URL}/${marker}`),
      ask('POST', { ...authorized, ...evil }, envelope({ ...event(marker) }), `${URL}/${marker}`),
      ask('POST', { ...evil, Authorization: marker }, envelope({ ...event(marker) }), `${URL}/${marker}`),
      ask('PUT', { ...authorized, ...evil }, marker, `${URL}/${marker}`),
    ];
    for (const answer of await Promise.all(answers)) {
      const all = `${await answer.text()} ${JSON.stringify([...answer.headers])}`;
      expect(all).not.toContain(marker);
      expect(all).not.toContain(SECRET);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });
});
