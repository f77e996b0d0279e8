import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ndjsonTarget } from '../../../src/sync/targets/ndjson.ts';
import { rejection } from '../../support/server.ts';
import { userChange } from './changes.ts';

describe('ndjson', () => {
  it('writes one change a line, whatever its texts contain', async () => {
    const stream = new PassThrough();
    const changes = [
      userChange('user.created', '00u1', { login: 'a@x.test', title: 'line\nbreak \u2028 \u009b31m' }),
      userChange('user.updated', '00u2', { login: 'b@x.test' }),
    ];
    expect(await ndjsonTarget(stream).apply(changes)).toEqual([]);
    const text = String(stream.read());
    expect(text).not.toMatch(/[\x7f-\x9f]/);
    expect(text.split('\n').map((line) => line && JSON.parse(line))).toEqual([...changes, '']);
  });

  it('waits for a slow reader', async () => {
    const stream = new PassThrough({ highWaterMark: 1 });
    const target = ndjsonTarget(stream);
    let isDone = false;
    const work = (async () => {
      for (let at = 0; at < 3; at += 1) await target.apply([userChange('user.created', `00u${at}`, {})]);
      isDone = true;
    })();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isDone).toBe(false);
    stream.resume();
    await work;
  });

  it('ends with an error when the reader has gone', async () => {
    const gone = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
    });
    const error = await rejection(ndjsonTarget(gone).apply([userChange('user.created', '00u1', {})]));
    expect(error).toMatchObject({ code: 'internal_error', message: expect.stringContaining('EPIPE') });
  });

  it('writes to a function too, and nothing once it is to stop', async () => {
    const texts: string[] = [];
    const target = ndjsonTarget(async (text) => void texts.push(text));
    await target.apply([userChange('user.created', '00u1', {})]);
    await rejection(target.apply([userChange('user.created', '00u2', {})], AbortSignal.abort()));
    expect(texts).toHaveLength(1);
  });
});
