import { setImmediate as soon } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../../../src/http/deferred.ts';
import { useOkta } from '../../support/okta.ts';
import { called, connectionOf, ERAS, type Era, inProcess, type UserAnswer, yes } from './support.ts';

const local = useOkta();
const ends: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const end of ends.splice(0)) await end();
});

/** A group, and a client whose user is asked whether to delete it and thinks as long as the test wants. */
async function asking(era: Era) {
  const { id: groupId } = (await local.okta.run('create_group', {
    profile: { name: `Late ${era} ${Math.random()}` },
  })) as { id: string };
  const thinking = deferred<UserAnswer>();
  const opened = await inProcess(connectionOf(local.sandbox), { era, answer: () => thinking.promise });
  ends.push(opened.close);
  return {
    ...opened,
    answer: thinking.resolve,
    fail: thinking.reject,
    call: (options = {}) => called(opened.client, 'delete_group', { groupId }, options),
    async asks() {
      while (opened.asked.length === 0) await soon();
    },
    async expectKept() {
      vi.useRealTimers();
      // What would be done is done by now.
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await local.okta.run('get_group', { groupId })).toMatchObject({ id: groupId });
    },
  };
}

describe.each(ERAS)('L1 a question that is not answered in time, %s', (era) => {
  it('is given up after five minutes: the model reads that nothing was done, and a late yes does nothing', async () => {
    const { asks, call, answer, expectKept } = await asking(era);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const told = call({ timeout: 3_600_000 });
    await asks();
    await vi.advanceTimersByTimeAsync(305_000);
    answer(yes());
    const { isError, answer: read } = await told;
    expect(isError).toBe(true);
    expect(read).toMatchObject({ org: local.sandbox.orgUrl, error: { hint: expect.any(String) } });
    expect(read.error.message).toContain('nothing was done');
    await expectKept();
  });

  it.each(['yes', 'no'])('by a client that cancelled the call: a later %s does nothing', async (later) => {
    const { asks, call, answer, expectKept } = await asking(era);
    const cancel = new AbortController();
    const told = call({ signal: cancel.signal });
    await asks();
    cancel.abort(new Error('stopped by the user'));
    // Some clients first let their user answer.
    answer(later === 'yes' ? yes() : { action: 'decline' });
    await expect(told).rejects.toThrow();
    await expectKept();
  });

  it('by a client that goes away: nothing is done', async () => {
    const { client, asks, call, answer, expectKept } = await asking(era);
    const told = call();
    await asks();
    await client.close();
    answer(yes());
    await expect(told).rejects.toThrow();
    await expectKept();
  });

  it('because the client cannot show it: nothing is done', async () => {
    const { asks, call, fail, expectKept } = await asking(era);
    const told = call().catch((error: Error) => error);
    await asks();
    fail(new Error('no window'));
    const read = await told;
    // A client of 2026-07-28 asks by itself, and fails by itself.
    if (era === 'legacy')
      expect(read).toMatchObject({
        isError: true,
        answer: { error: { message: expect.stringContaining('nothing was done') } },
      });
    else expect(read).toBeInstanceOf(Error);
    await expectKept();
  });
});
