import { describe, expect, it } from 'vitest';
import { apiTokenAuthorizer } from '../../src/auth/api-token.ts';
import { OktaError, RateLimitError } from '../../src/errors/errors.ts';
import { authorize } from '../../src/http/authorize.ts';
import { deadline } from '../../src/http/deadline.ts';
import type { HttpResponse, Send } from '../../src/http/types.ts';
import { answer, rejection, request } from '../support/server.ts';

/** Never answers, but ends when its signal does. */
const obedient: Send = ({ signal }) =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

describe('deadline', () => {
  it('hands through what comes in time', async () => {
    const response = answer(200, { body: [] });
    expect(await deadline(async () => response, 1_000)(request())).toBe(response);
  });

  it('ends a read as a time-out that may be tried again', async () => {
    const error = await rejection(deadline(obedient, 20)(request()));
    expect(error).toBeInstanceOf(OktaError);
    expect(error).toMatchObject({
      code: 'timeout',
      retryable: true,
      request: { method: 'GET', pathTemplate: '/api/v1/users' },
      message: expect.stringContaining('0.02 s'),
    });
  });

  /** Sends through authorize, as the pipeline does, to a server that never answers. */
  const onTheWire = authorize(obedient, apiTokenAuthorizer('token'));
  const write = { method: 'POST', idempotent: false } as const;

  it('ends a write that may have happened as outcome_unknown', async () => {
    const error = await rejection(deadline(onTheWire, 20)(request(write)));
    expect(error).toMatchObject({ code: 'outcome_unknown', retryable: false });
    expect((error as OktaError).hint).toMatch(/Read the object/);
  });

  it('ends a write that was never sent as a time-out', async () => {
    expect(await rejection(deadline(obedient, 20)(request(write)))).toMatchObject({
      code: 'timeout',
      retryable: true,
    });
  });

  it('ends a wait for the rate limit as a rate limit with the time that is left', async () => {
    const waiting: Send = (sent) => {
      if (sent.trace) sent.trace.waitsUntil = Date.now() + 40_000;
      return obedient(sent);
    };
    const error = (await rejection(deadline(waiting, 20)(request(write)))) as RateLimitError;
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error.retryAfterMs).toBeGreaterThan(39_000);
  });

  it('a caller who stops a write on the wire learns that its outcome is unknown', async () => {
    const controller = new AbortController();
    const sent = rejection(deadline(onTheWire, 5_000)(request({ ...write, signal: controller.signal })));
    await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort();
    expect(await sent).toMatchObject({ code: 'outcome_unknown', retryable: false });
  });

  it("gives way to the caller's signal and keeps its reason", async () => {
    const controller = new AbortController();
    const reason = new Error('the person left');
    const sent = rejection(deadline(obedient, 5_000)(request({ signal: controller.signal })));
    controller.abort(reason);
    expect(await sent).toBe(reason);
  });

  it('leaves no timer behind', async () => {
    const before = process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    await deadline(async () => answer(200), 60_000)(request());
    await rejection(
      deadline(async () => {
        throw new Error('x');
      }, 60_000)(request()),
    );
    expect(process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length).toBe(before);
  });

  // Token renewal and the file lock wait for what others share.
  it('holds even when a layer below does not look at the signal', async () => {
    const deaf: Send = () => new Promise<HttpResponse>(() => {});
    const late = new Promise<string>((resolve) => setTimeout(() => resolve('still waiting'), 150));
    const first = await Promise.race([rejection(deadline(deaf, 20)(request())), late]);
    expect(first).toMatchObject({ code: 'timeout' });
  });

  // Node cuts timers above 2^31-1 ms to 1 ms.
  it.each([Number.POSITIVE_INFINITY, 30 * 24 * 3_600_000])('takes %d ms as a long time', async (ms) => {
    const slow: Send = ({ signal }) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve(answer(200)), 50);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
      });
    expect((await deadline(slow, ms)(request())).status).toBe(200);
  });
});
