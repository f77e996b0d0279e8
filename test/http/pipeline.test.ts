import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/errors/errors.ts';
import type { Authorizer } from '../../src/http/authorize.ts';
import { type PipelineOptions, pipeline, unsignedPipeline } from '../../src/http/pipeline.ts';
import type { Send } from '../../src/http/types.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { instantClock } from '../support/replay.ts';
import { answer, rateHeaders, rejection, request, scripted } from '../support/server.ts';

/** A fresh credential for every signature. */
function signer() {
  let signed = 0;
  const one: Authorizer = {
    headers: async () => ({ Authorization: `Bearer ${++signed}` }),
    refused: async () => true,
  };
  return one;
}

function piped(next: Send, options: Partial<PipelineOptions> = {}) {
  const clock = fakeClock();
  const told: string[] = [];
  const send = pipeline(next, signer(), {
    clock,
    rateLimitShare: 0.8,
    concurrency: 10,
    maxRetries: 3,
    maxWaitMs: 65_000,
    deadlineMs: 5_000,
    progress: (message) => told.push(message),
    ...options,
  });
  return { clock, send, told };
}

const limited = answer(429, { body: { errorCode: 'E0000047' } });

describe('the pipeline', () => {
  it('signs each attempt afresh: a proof is good for one use', async () => {
    const { send: next, requests } = scripted(answer(500), limited, answer(401), answer(200, { body: [] }));
    const { send, clock, told } = piped(next);
    expect((await clock.run(send(request()))).json).toEqual([]);
    expect(requests.map((one) => one.headers?.Authorization)).toEqual([
      'Bearer 1',
      'Bearer 2',
      'Bearer 3',
      'Bearer 4',
    ]);
    expect(told).toEqual([
      expect.stringMatching(/^okta_unavailable: next try in \d s$/),
      expect.stringMatching(/^rate_limited: next try in \d s$/),
    ]);
  });

  it('waits at the gate before it signs: nothing goes stale in the queue', async () => {
    const clock = fakeClock();
    let signedAt = 0;
    const send = pipeline(
      async () => answer(200, { headers: rateHeaders(2, 1, clock.now() + 30_000, clock.now()) }),
      {
        headers: async () => {
          signedAt = clock.now();
          return {};
        },
        refused: async () => false,
      },
      {
        clock,
        rateLimitShare: 1,
        concurrency: 1,
        maxRetries: 0,
        maxWaitMs: 65_000,
        deadlineMs: 5_000,
        progress: () => {},
      },
    );
    const start = clock.now();
    await clock.run(send(request()));
    expect(signedAt).toBe(start);
    await clock.run(send(request()));
    expect(signedAt).toBe(start + 31_000);
  });

  it('tells how long it waits for which bucket', async () => {
    const clock = fakeClock();
    const { send, told } = piped(
      async () => answer(200, { headers: rateHeaders(2, 1, clock.now() + 30_000, clock.now()) }),
      { clock },
    );
    await clock.run(send(request()));
    await clock.run(send(request()));
    expect(told).toEqual(['waiting 31 s for the rate limit of /api/v1/users']);
  });

  it('the deadline ends all waits and repeats together', async () => {
    const { send: next } = scripted(limited);
    // The fake clock stands still, so that only the deadline can end the wait.
    const { send } = piped(next, { deadlineMs: 50 });
    expect(await rejection(send(request()))).toMatchObject({ code: 'timeout' });
  });
});

describe('the pipeline without the credential', () => {
  const options = { clock: instantClock(), maxRetries: 1, maxWaitMs: 5_000, deadlineMs: 10_000 };
  const post = () => request({ method: 'POST', idempotent: false });

  it('sends a request as it is, and hands back why it was refused', async () => {
    const { send, requests } = scripted(answer(400, { body: { error: 'invalid_grant' } }));
    expect(await unsignedPipeline(send, options)(post())).toMatchObject({ status: 400 });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers).toEqual({});
  });

  it('repeats what is safe, and says what is not known', async () => {
    const { send, requests } = scripted(answer(503), answer(200, { body: {} }));
    expect(await unsignedPipeline(send, options)(request())).toMatchObject({ status: 200 });
    expect(requests).toHaveLength(2);
    const lost = scripted(answer(503), answer(200, { body: {} }));
    expect(await rejection(unsignedPipeline(lost.send, options)(post()))).toMatchObject({
      code: 'outcome_unknown',
    });
    expect(lost.requests).toHaveLength(1);
  });

  it('hands back no earlier refusal in the place of a failure', async () => {
    const broken = new NetworkError('broken', { sent: true });
    const { send } = scripted(answer(408), broken);
    expect(await rejection(unsignedPipeline(send, options)(request()))).toMatchObject({
      code: 'network_error',
    });
  });
});
