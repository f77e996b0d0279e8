import { describe, expect, it } from 'vitest';
import { type Authorizer, authorize } from '../../src/http/authorize.ts';
import type { HttpResponse } from '../../src/http/types.ts';
import { answer, rejection, request, scripted } from '../support/server.ts';

/** Signs with A, then B, ...; renews as often as it is asked while `renewals` last. */
function authorizer(renewals = 1) {
  const refusedWith: { headers: Record<string, string>; response: HttpResponse }[] = [];
  let signed = 0;
  const one: Authorizer = {
    headers: async () => ({ Authorization: `Bearer ${'ABCDEF'[signed++]}` }),
    refused: async (headers, response) => {
      refusedWith.push({ headers, response });
      return refusedWith.length <= renewals;
    },
  };
  return { authorizer: one, refusedWith };
}

const nonceWanted = answer(400, { headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"' } });
const invalidToken = answer(401, { body: { errorCode: 'E0000011' } });

describe('authorize', () => {
  it('adds the credential to the headers of the request and leaves the request itself alone', async () => {
    const { send, requests } = scripted(answer(200));
    const original = request({ headers: { Accept: 'text/csv' } });
    await authorize(send, authorizer().authorizer)(original);
    expect(requests[0]?.headers).toEqual({ Accept: 'text/csv', Authorization: 'Bearer A' });
    expect(original.headers).toEqual({ Accept: 'text/csv' });
  });

  it('the credential wins over a header of the same name in the request', async () => {
    const { send, requests } = scripted(answer(200));
    await authorize(send, authorizer().authorizer)(request({ headers: { Authorization: 'mine' } }));
    expect(requests[0]?.headers?.Authorization).toBe('Bearer A');
  });

  it.each([
    ['401', invalidToken],
    ['401 without a body', answer(401)],
    ['use_dpop_nonce', nonceWanted],
  ])('signs anew and repeats once after %s, for any method', async (_, refusal) => {
    const { send, requests } = scripted(refusal, answer(200));
    const { authorizer: one, refusedWith } = authorizer();
    const response = await authorize(send, one)(request({ method: 'POST', idempotent: false }));
    expect(response.status).toBe(200);
    expect(requests.map((sent) => sent.headers?.Authorization)).toEqual(['Bearer A', 'Bearer B']);
    expect(refusedWith).toEqual([{ headers: { Authorization: 'Bearer A' }, response: refusal }]);
  });

  it('hands back the second 401: never a third try', async () => {
    const { send, requests } = scripted(invalidToken);
    const { authorizer: one, refusedWith } = authorizer(99);
    expect((await authorize(send, one)(request())).status).toBe(401);
    expect(requests).toHaveLength(2);
    expect(refusedWith).toHaveLength(1);
  });

  it('does not repeat when no other credential is to be had', async () => {
    const { send, requests } = scripted(invalidToken);
    expect((await authorize(send, authorizer(0).authorizer)(request())).status).toBe(401);
    expect(requests).toHaveLength(1);
  });

  it('takes a 401 for a missing feature (E0000015) for what it is: the credential is fine', async () => {
    const { send, requests } = scripted(answer(401, { body: { errorCode: 'E0000015' } }));
    const { authorizer: one, refusedWith } = authorizer();
    expect((await authorize(send, one)(request())).status).toBe(401);
    expect(requests).toHaveLength(1);
    expect(refusedWith).toHaveLength(0);
  });

  it.each([200, 403, 404, 429, 500])('hands back %i as it is', async (status) => {
    const { send, requests } = scripted(answer(status));
    expect((await authorize(send, authorizer().authorizer)(request())).status).toBe(status);
    expect(requests).toHaveLength(1);
  });

  it('sends nothing when there is no credential', async () => {
    const { send, requests } = scripted(answer(200));
    const broken: Authorizer = {
      headers: async () => {
        throw new Error('no key');
      },
      refused: async () => true,
    };
    expect((await rejection(authorize(send, broken)(request()))).message).toBe('no key');
    expect(requests).toHaveLength(0);
  });
});
