import { describe, expect, it } from 'vitest';
import type { Authorizer } from '../../src/http/authorize.ts';
import { type PipelineOptions, pipeline } from '../../src/http/pipeline.ts';
import type { Send } from '../../src/http/types.ts';
import { fakeClock } from '../support/fake-clock.ts';
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
