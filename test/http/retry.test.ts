import { describe, expect, it } from 'vitest';
import { InputError, NetworkError, OktaError, RateLimitError } from '../../src/errors/errors.ts';
import { type RetryOptions, retry } from '../../src/http/retry.ts';
import type { HttpRequest, HttpResponse, Send } from '../../src/http/types.ts';
import { START } from '../support/fake-clock.ts';
import { answer, rateHeaders, rejection, request, scripted } from '../support/server.ts';

/** A clock that jumps over every wait. */
function jumpingClock() {
  const sleeps: number[] = [];
  let time = START;
  return {
    sleeps,
    now: () => time,
    async sleep(ms: number, signal?: AbortSignal) {
      signal?.throwIfAborted();
      sleeps.push(ms);
      time += ms;
    },
  };
}

function retried(next: Send, options: Partial<RetryOptions> = {}) {
  const clock = jumpingClock();
  return { clock, send: retry(next, { clock, maxRetries: 3, maxWaitMs: 65_000, ...options }) };
}

const okta = (status: number, errorCode: string, headers: Record<string, string> = {}) =>
  answer(status, { headers, body: { errorCode, errorSummary: 'said', errorId: 'oae1', errorCauses: [] } });
const limited = (resetInS: number, code = 'E0000047') =>
  okta(429, code, rateHeaders(600, 0, START + resetInS * 1000, START));
const network = (sent: boolean) => new NetworkError('broken', { sent });
const timeout = new OktaError('slow', { code: 'timeout', actor: 'okta', retryable: true });

const READ = request();
const IDEMPOTENT_WRITE = request({ method: 'PUT', idempotent: true });
const WRITE = request({ method: 'POST', idempotent: false });
const DELETE = request({ method: 'DELETE', idempotent: true });

type Row = [what: string, problem: HttpResponse | Error, request: HttpRequest, tries: number, code: string];

describe('what is repeated', () => {
  const rows: Row[] = [
    // 429: not executed, so any method
    ['429, read', limited(5), READ, 4, 'rate_limited'],
    ['429, write', limited(5), WRITE, 4, 'rate_limited'],
    ['429 without headers, write', okta(429, 'E0000047'), WRITE, 4, 'rate_limited'],
    ['429 empty, write', answer(429), WRITE, 4, 'rate_limited'],
    ['429 HTML of a proxy, write', answer(429, { text: '<h1>slow down</h1>' }), WRITE, 4, 'rate_limited'],
    ['message spacing E0000109, write', okta(429, 'E0000109'), WRITE, 4, 'rate_limited'],
    // quotas of a day or a month: waiting does not help
    ['quota E0000146', limited(5, 'E0000146'), READ, 1, 'rate_limited'],
    ['quota E0000147', limited(5, 'E0000147'), WRITE, 1, 'rate_limited'],
    ['quota E0000186', okta(429, 'E0000186'), WRITE, 1, 'rate_limited'],
    ['quota E0000204', okta(429, 'E0000204'), WRITE, 1, 'rate_limited'],
    ['quota E0000205', okta(429, 'E0000205'), WRITE, 1, 'rate_limited'],
    // refused for now: any method
    ['read-only org E0000010, write', okta(503, 'E0000010'), WRITE, 4, 'okta_unavailable'],
    ['E0000112 still activating, write', okta(409, 'E0000112'), WRITE, 4, 'conflict'],
    ['E0000239 reconciling, write', okta(423, 'E0000239'), WRITE, 4, 'conflict'],
    ['E0000253 type set up, write', okta(409, 'E0000253'), WRITE, 4, 'conflict'],
    ['E0000268 role lock, write', okta(409, 'E0000268'), WRITE, 4, 'conflict'],
    // 5xx: only what may be done twice
    ['500, read', okta(500, 'E0000009'), READ, 4, 'okta_unavailable'],
    ['500, PUT', okta(500, 'E0000009'), IDEMPOTENT_WRITE, 4, 'okta_unavailable'],
    ['500, DELETE', okta(500, 'E0000009'), DELETE, 4, 'okta_unavailable'],
    ['500, write', okta(500, 'E0000009'), WRITE, 1, 'outcome_unknown'],
    ['502 HTML, read', answer(502, { text: '<html>' }), READ, 4, 'okta_unavailable'],
    ['502 HTML, write', answer(502, { text: '<html>' }), WRITE, 1, 'outcome_unknown'],
    ['503 search E0000100, read', okta(503, 'E0000100'), READ, 4, 'okta_unavailable'],
    ['504, write', answer(504), WRITE, 1, 'outcome_unknown'],
    // 501 is a no, not a trouble
    ['501 E0000060, read', okta(501, 'E0000060'), READ, 1, 'not_supported'],
    ['501 E0000060, write', okta(501, 'E0000060'), WRITE, 1, 'not_supported'],
    ['501 empty, idempotent write', answer(501), IDEMPOTENT_WRITE, 1, 'not_supported'],
    // the network
    ['broken, read', network(true), READ, 4, 'network_error'],
    ['broken, idempotent write', network(true), IDEMPOTENT_WRITE, 4, 'network_error'],
    ['broken, write', network(true), WRITE, 1, 'outcome_unknown'],
    ['never sent, write', network(false), WRITE, 4, 'network_error'],
    ['no such host', new NetworkError('x', { sent: false, retryable: false }), READ, 1, 'network_error'],
    ['slow, read: once more', timeout, READ, 2, 'timeout'],
    ['slow, idempotent write: once more', timeout, IDEMPOTENT_WRITE, 2, 'timeout'],
    ['slow, write', timeout, WRITE, 1, 'outcome_unknown'],
    // plain refusals
    ['400', okta(400, 'E0000001'), READ, 1, 'validation_failed'],
    ['401', okta(401, 'E0000011'), READ, 1, 'authentication_failed'],
    ['403', okta(403, 'E0000006'), READ, 1, 'permission_denied'],
    ['404', okta(404, 'E0000007'), READ, 1, 'not_found'],
    ['409', okta(409, 'E0000062'), WRITE, 1, 'conflict'],
    ['412', okta(412, 'E0000231'), WRITE, 1, 'precondition_failed'],
    ['302', answer(302, { headers: { location: 'https://evil.example/' } }), READ, 1, 'redirect_refused'],
    ['304 that was not asked for', answer(304), READ, 1, 'unexpected_response'],
    // F1.1: a 2xx that is no answer
    ['F1.1 an error in a 200, read', okta(200, 'E0000009'), READ, 4, 'unexpected_response'],
    ['F1.1 an error in a 200, write', okta(200, 'E0000009'), WRITE, 1, 'outcome_unknown'],
    ['F1.1 an unknown error in a 201, write', okta(201, 'E9999999'), WRITE, 1, 'outcome_unknown'],
    [
      'F1.1 an error in a 200, write that may be repeated',
      okta(200, 'E0000009'),
      { ...WRITE, idempotent: true },
      4,
      'unexpected_response',
    ],
    ['F1.1 a refusal in a 200, write', okta(200, 'E0000001'), WRITE, 1, 'validation_failed'],
    ['F1.1 a refusal in a 200, read', okta(200, 'E0000007'), READ, 1, 'not_found'],
    ['F1.1 a wrong token in a 200, read', okta(200, 'E0000011'), READ, 1, 'authentication_failed'],
    ['F1.1 refused for now in a 200, write', okta(200, 'E0000010'), WRITE, 4, 'okta_unavailable'],
    ['F1.1 a rate limit in a 200, write', okta(200, 'E0000047'), WRITE, 4, 'rate_limited'],
    [
      'F1.1 a part of the content, read',
      answer(206, { body: [{ id: '1' }] }),
      READ,
      4,
      'unexpected_response',
    ],
    ['F1.1 a part of the content, write', answer(206, { body: {} }), WRITE, 1, 'outcome_unknown'],
    // not of this layer
    ['a wrong input', new InputError('x'), WRITE, 1, 'invalid_input'],
    ['HTML instead of JSON, read', answer(200, { text: '<html>' }), READ, 1, 'unexpected_response'],
  ];

  it.each(rows)('%s', async (_, problem, one, tries, code) => {
    const { send: next, requests } = scripted(problem);
    const { send } = retried(next);
    expect(await rejection(send(one))).toMatchObject({ code });
    expect(requests).toHaveLength(tries);
  });

  it('F1.1 an object whose member errorCode means another thing is an answer', async () => {
    const body = { syncState: 'SYNC_FAILED', errorCode: 'INVALID_CREDENTIALS', errorReason: null };
    const { send: next } = scripted(answer(200, { body }));
    expect((await retried(next).send(READ)).json).toEqual(body);
  });

  it('F1.1 a refusal behind an error in a 200 tells that the write may have happened', async () => {
    const { send: next } = scripted(okta(200, 'E0000009'), okta(403, 'E0000038'));
    const write = { ...WRITE, idempotent: true, trace: { inDoubt: false, doubts: 0 } };
    expect(await rejection(retried(next).send(write))).toMatchObject({
      code: 'wrong_state',
      mayHaveHappened: true,
    });
  });

  it('an error that is not ours is thrown as it is, at once', async () => {
    const bug = new TypeError('x is not a function');
    const { send: next, requests } = scripted(bug);
    expect(await rejection(retried(next).send(READ))).toBe(bug);
    expect(requests).toHaveLength(1);
  });

  it('ends as soon as one try works, and sends the same request each time', async () => {
    const { send: next, requests } = scripted(limited(1), network(false), answer(200, { body: { id: '1' } }));
    expect((await retried(next).send(WRITE)).json).toEqual({ id: '1' });
    expect(requests).toEqual([WRITE, WRITE, WRITE]);
  });

  it('repeats nothing with maxRetries 0', async () => {
    const { send: next, requests } = scripted(limited(1));
    expect(await rejection(retried(next, { maxRetries: 0 }).send(READ))).toBeInstanceOf(RateLimitError);
    expect(requests).toHaveLength(1);
  });

  it('a write whose last try has an unknown outcome says so, even after tries that had none', async () => {
    const { send: next, requests } = scripted(limited(1), network(true));
    const error = await rejection<OktaError>(retried(next).send(WRITE));
    expect(error).toMatchObject({ code: 'outcome_unknown', retryable: false });
    expect(error.message).toMatch(/not known whether it was done/);
    expect(error.hint).toMatch(/Read the object/);
    expect(requests).toHaveLength(2);
  });

  it('outcome_unknown keeps status, Okta code, error id and causes', async () => {
    const body = {
      errorCode: 'E0000009',
      errorSummary: 's',
      errorId: 'oae7',
      errorCauses: [{ errorSummary: 'c' }],
    };
    const { send: next } = scripted(answer(500, { body }));
    expect(await rejection(retried(next).send(WRITE))).toMatchObject({
      code: 'outcome_unknown',
      status: 500,
      oktaCode: 'E0000009',
      oktaErrorId: 'oae7',
      causes: ['c'],
      request: { method: 'POST', pathTemplate: '/api/v1/users' },
    });
  });

  // 408 means "the request did not arrive whole in time"; 425 and Okta's edge (421) likewise never reached the API.
  it('408 of a proxy is tried again for a read', async () => {
    const { send: next, requests } = scripted(answer(408), answer(200));
    await retried(next).send(READ);
    expect(requests).toHaveLength(2);
  });
});

describe('how long it waits', () => {
  const waitsAfter = async (problem: HttpResponse | Error, one = READ, maxRetries = 1) => {
    const { send: next } = scripted(...Array.from({ length: maxRetries }, () => problem), answer(200));
    const { send, clock } = retried(next, { maxRetries });
    await send(one);
    return clock.sleeps;
  };

  it('429: reset minus Date plus a second, with a little jitter on top', async () => {
    const [wait = 0] = await waitsAfter(limited(20));
    expect(wait).toBeGreaterThanOrEqual(21_000);
    expect(wait).toBeLessThan(21_251);
  });

  it('429 with a reset that is over: one second at least', async () => {
    const [wait = 0] = await waitsAfter(limited(-50));
    expect(wait).toBeGreaterThanOrEqual(1_000);
    expect(wait).toBeLessThan(1_251);
  });

  it('429 without headers: two seconds, then longer', async () => {
    const waits = await waitsAfter(answer(429), READ, 4);
    expect(waits[0]).toBeGreaterThanOrEqual(2_000);
    expect(waits[0]).toBeLessThan(2_251);
    expect(waits[3]).toBeGreaterThanOrEqual(4_000);
    expect(waits[3]).toBeLessThan(8_001);
  });

  it('429 of the concurrency limit (limit 0): a short back-off instead of the named reset', async () => {
    const [first = 0, second = 0] = await waitsAfter(
      okta(429, 'E0000047', rateHeaders(0, 0, START + 59_000, START)),
      READ,
      2,
    );
    expect(first).toBeGreaterThanOrEqual(500);
    expect(first).toBeLessThan(1_001);
    expect(second).toBeGreaterThanOrEqual(1_000);
    expect(second).toBeLessThan(2_001);
  });

  it.each([
    ['E0000109', 429, 30_000],
    ['E0000118', 429, 5_000],
    ['E0000133', 429, 30_000],
    ['E0000112', 409, 60_000],
    ['E0000239', 423, 1_000],
    ['E0000268', 409, 2_000],
  ])('%s has a wait of its own; the reset header does not matter', async (code, status, ms) => {
    const [wait = 0] = await waitsAfter(okta(status, code, rateHeaders(600, 0, START + 55_000, START)));
    expect(wait).toBeGreaterThanOrEqual(ms);
    expect(wait).toBeLessThan(ms + 251);
  });

  it.each([
    ['5xx', okta(500, 'E0000009')],
    ['a broken connection', network(true)],
    ['a refused connection', network(false)],
  ])('%s: doubling back-off with jitter', async (_, problem) => {
    const waits = await waitsAfter(problem, READ, 3);
    for (const [at, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(500 * 2 ** at);
      expect(wait).toBeLessThanOrEqual(1_000 * 2 ** at);
    }
  });

  it('two callers do not wake at the same time', async () => {
    const waits = await Promise.all(Array.from({ length: 20 }, () => waitsAfter(limited(20))));
    expect(new Set(waits.flat()).size).toBeGreaterThan(1);
  });

  it('a wait above maxWaitMs is left to the caller, with the time to come back', async () => {
    const { send: next, requests } = scripted(limited(40));
    const { send, clock } = retried(next, { maxWaitMs: 10_000 });
    const error = await rejection<RateLimitError>(send(WRITE));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      retryAfterMs: 41_000,
      actor: 'okta',
    });
    expect(clock.sleeps).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('the last RateLimitError of several also says when to come back', async () => {
    const { send: next } = scripted(limited(5));
    const error = await rejection<RateLimitError>(retried(next).send(READ));
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(1_000);
  });

  // With 0, a host would come back immediately and run into the same limit.
  it('the RateLimitError of a concurrency limit says to come back later than at once', async () => {
    const { send: next } = scripted(okta(429, 'E0000047', rateHeaders(0, 0, START + 59_000, START)));
    const error = await rejection<RateLimitError>(retried(next, { maxRetries: 0 }).send(READ));
    expect(error.retryAfterMs).toBeGreaterThan(0);
  });

  // Without a Date the local clock is used; an hour of drift would otherwise become an hour of waiting.
  it('never names a wait much longer than a window of Okta', async () => {
    const { send: next } = scripted(okta(429, 'E0000047', rateHeaders(600, 0, START + 3_600_000)));
    const error = await rejection<RateLimitError>(retried(next, { maxWaitMs: 10_000 }).send(READ));
    expect(error.retryAfterMs).toBeLessThanOrEqual(90_000);
  });

  it('tells of each wait before it', async () => {
    const waits: unknown[] = [];
    const { send: next } = scripted(limited(5), network(true), answer(200));
    const { send } = retried(next, { onWait: ({ error, attempt }) => waits.push([error.code, attempt]) });
    await send(READ);
    expect(waits).toEqual([
      ['rate_limited', 1],
      ['network_error', 2],
    ]);
  });
});

describe('the signal', () => {
  it('sends nothing when it is aborted already', async () => {
    const { send: next, requests } = scripted(answer(200));
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    expect(await rejection(retried(next).send(request({ signal })))).toBe(reason);
    expect(requests).toHaveLength(0);
  });

  it('ends a wait with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { send: next, requests } = scripted(limited(5));
    const { send } = retried(next, { onWait: () => controller.abort(reason) });
    expect(await rejection(send(request({ signal: controller.signal })))).toBe(reason);
    expect(requests).toHaveLength(1);
  });

  // p-retry would otherwise replace it with the TypeError "Non-error was thrown".
  it('keeps a reason that is no Error', async () => {
    const controller = new AbortController();
    const next: Send = async ({ signal }) => {
      controller.abort('enough');
      throw signal?.reason;
    };
    const error: unknown = await rejection(retried(next).send(request({ signal: controller.signal })));
    expect(error).toBe('enough');
  });
});

describe('what counts as success', () => {
  it.each([
    ['200 with JSON', answer(200, { body: { id: '1' } })],
    ['201', answer(201, { body: {} })],
    ['202', answer(202, { body: {} })],
    ['204', answer(204)],
    ['200 empty', answer(200)],
    ['200 with blanks', answer(200, { text: ' \n' })],
    ['JSON null', { status: 200, headers: {}, text: 'null', json: null }],
  ])('%s', async (_, response) => {
    const { send: next } = scripted(response);
    expect(await retried(next).send(READ)).toBe(response);
  });

  it('text where text was asked for', async () => {
    const response = answer(200, { text: 'a,b\n', headers: { 'content-type': 'text/csv' } });
    const { send: next } = scripted(response);
    expect(await retried(next).send(request({ headers: { Accept: 'text/csv' } }))).toBe(response);
  });

  it('names the content type and the request id of an answer that is not JSON, and none of its text', async () => {
    const { send: next } = scripted(
      answer(200, {
        text: '<html>Welcome Ana Ruiz</html>',
        headers: { 'content-type': 'text/html; charset=utf-8', 'x-okta-request-id': 'req1' },
      }),
    );
    const error = await rejection<OktaError>(retried(next).send(WRITE));
    expect(error).toMatchObject({ code: 'unexpected_response', status: 200, oktaErrorId: 'req1' });
    expect(error.message).toContain('text/html');
    expect(error.message).not.toContain('Ana');
  });

  it('says so when there is not even a content type', async () => {
    const { send: next } = scripted(answer(200, { text: '{"cut": ' }));
    expect((await rejection(retried(next).send(READ))).message).toContain('no content type');
  });

  it('takes "not modified" for an answer where that was asked, but not for a page of a list', async () => {
    const { send: next } = scripted(answer(304), answer(304));
    const { send } = retried(next);
    const asked = request({ headers: { 'If-None-Match': '"1"' } });
    expect(await send(asked)).toMatchObject({ status: 304 });
    const error = await rejection(send({ ...asked, elementwise: true }));
    expect(error).toMatchObject({ code: 'unexpected_response', status: 304, retryable: false });
  });

  // Header names are case-insensitive, and call_api lets people write them as they like.
  it('reads accept in any capitals', async () => {
    const { send: next } = scripted(answer(200, { text: 'a,b' }));
    await retried(next).send(request({ headers: { accept: 'text/csv' } }));
  });
});
