import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/errors/errors.ts';
import { type RequestLogEntry, requestLog } from '../../src/http/request-log.ts';
import type { Send } from '../../src/http/types.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { answer, rejection, request } from '../support/server.ts';

function logged(next: Send, personalData = false) {
  const clock = fakeClock();
  const entries: RequestLogEntry[] = [];
  const send = requestLog(
    (one) => {
      clock.set(clock.now() + 42);
      return next(one);
    },
    { clock, personalData, write: (entry) => entries.push(entry) },
  );
  return { send, entries };
}

const secretive = request({
  method: 'POST',
  path: '/api/v1/users/ana.ruiz%40acme.test/lifecycle/suspend?search=profile.lastName%20eq%20%22Ruiz%22',
  template: '/api/v1/users/{userId}/lifecycle/suspend',
  headers: { Authorization: 'SSWS 00s3cr3t', DPoP: 'pr00f' },
  body: { credentials: { password: { value: 'Tr0ub4dor' } } },
  form: new URLSearchParams({ client_secret: 'f0rm-s3cr3t' }),
});

describe('requestLog', () => {
  it('writes one entry for each answer: when, what, how long, status, request id, bucket, what is left', async () => {
    const response = answer(200, {
      headers: { 'x-okta-request-id': 'reqABC', 'x-rate-limit-remaining': '598' },
      body: [{ id: '00u1' }],
    });
    const { send, entries } = logged(async () => response);
    expect(await send(secretive)).toBe(response);
    expect(entries).toEqual([
      {
        time: '2026-02-03T04:05:06.000Z',
        method: 'POST',
        pathTemplate: '/api/v1/users/{userId}/lifecycle/suspend',
        path: undefined,
        status: 200,
        durationMs: 42,
        requestId: 'reqABC',
        bucket: '/api/v1/users',
        remaining: 598,
      },
    ]);
  });

  it.each([
    ['an answer', async () => answer(400, { body: { errorSummary: 'Tr0ub4dor is too weak' } })],
    [
      'a failure',
      async () => {
        throw new NetworkError('broken by 00s3cr3t', { sent: true });
      },
    ],
  ])('holds neither secrets nor personal data after %s', async (_, next) => {
    const { send, entries } = logged(next as Send);
    await send(secretive).catch(() => {});
    const text = JSON.stringify(entries);
    for (const secret of ['00s3cr3t', 'pr00f', 'Tr0ub4dor', 'f0rm-s3cr3t', 'ana.ruiz', 'Ruiz']) {
      expect(text).not.toContain(secret);
    }
  });

  it('holds the real path only when asked, and even then no header and no body', async () => {
    const { send, entries } = logged(async () => answer(204), true);
    await send(secretive);
    expect(entries[0]?.path).toBe(secretive.path);
    expect(JSON.stringify(entries)).not.toMatch(/00s3cr3t|pr00f|Tr0ub4dor|f0rm-s3cr3t/);
  });

  it.each([
    ['/api/v1/x?token=00s3cr3t', '/api/v1/x?token=[redacted]'],
    ['/api/v1/x?limit=2&client_secret=s3cr3t&after=1', '/api/v1/x?limit=2&client_secret=[redacted]&after=1'],
    ['/api/v1/x?stateToken=s3cr3t', '/api/v1/x?stateToken=[redacted]'],
    ['/api/v1/x?code=s3cr3t&countryCode=ES', '/api/v1/x?code=[redacted]&countryCode=ES'],
    ['/api/v1/x?PassCode=s3cr3t', '/api/v1/x?PassCode=[redacted]'],
    ['/api/v1/x?%70assword=s3cr3t', '/api/v1/x?%70assword=[redacted]'],
    ['/api/v1/x?apiKey=s3cr3t&api_key=s3cr3t', '/api/v1/x?apiKey=[redacted]&api_key=[redacted]'],
    ['/api/v1/x?token=a&token=b', '/api/v1/x?token=[redacted]&token=[redacted]'],
    [
      '/api/v1/users?search=profile.recoveryAnswer%20eq%20%22s3cr3t%20%5C%22x%22%20and%20status%20eq%20%22ACTIVE%22',
      '/api/v1/users?search=profile.recoveryAnswer%20eq%20[redacted]%20and%20status%20eq%20%22ACTIVE%22',
    ],
    [
      '/api/v1/users?filter=(credentials.password.value+sw+%22s3cr3t%22)',
      '/api/v1/users?filter=(credentials.password.value%20sw%20[redacted])',
    ],
    [
      '/api/v1/users?search=profile.api_token+EQ+%22s3cr3t',
      '/api/v1/users?search=profile.api_token%20EQ%20[redacted]',
    ],
    ['/api/v1/users?q=SSWS%2000s3cr3tAAAA', '/api/v1/users?q=SSWS%20[redacted]'],
    ['/tokens/s3cr3ts3cr3t/verify?x=1', '/tokens/[redacted]/verify?x=1'],
    ['/api/v1/x?broken=%zz&token=%zzs3cr3t', '/api/v1/x?broken=%zz&token=[redacted]'],
  ])('F1.10 masks what is secret by name in %s', async (path, shown) => {
    const { send, entries } = logged(async () => answer(204), true);
    await send({ ...secretive, path });
    expect(entries[0]?.path).toBe(shown);
  });

  it.each([
    '/api/v1/users?search=profile.lastName+eq+%22Ruiz%22&limit=200',
    '/api/v1/users?filter=passwordChanged%20gt%20%222026-01-01T00:00:00.000Z%22',
    '/api/v1/logs?since=2026-02-03T04:05:06.000Z&after=1_2&q=a%20b',
    '/api/v1/users/me',
    '/api/v1/users?',
  ])('F1.10 shows %s as it was sent', async (path) => {
    const { send, entries } = logged(async () => answer(204), true);
    await send({ ...secretive, path });
    expect(entries[0]?.path).toBe(path);
  });

  it('writes the code of a failure and throws it on', async () => {
    const failure = new NetworkError('gone', { sent: false });
    const { send, entries } = logged(async () => {
      throw failure;
    });
    expect(await rejection(send(request()))).toBe(failure);
    expect(entries).toMatchObject([{ error: 'network_error', durationMs: 42 }]);
    expect(entries[0]?.status).toBeUndefined();
  });

  it('writes "aborted" for a reason without a code', async () => {
    const { send, entries } = logged(async () => {
      throw new Error('stop');
    });
    await rejection(send(request()));
    expect(entries).toMatchObject([{ error: 'aborted' }]);
  });

  it('leaves out what the answer did not say', async () => {
    const { send, entries } = logged(async () => answer(204));
    await send(request());
    expect(entries[0]).toMatchObject({ requestId: undefined, remaining: undefined });
  });

  // The write happened; a full disk under the log must not report it as failed nor log it twice.
  it('a sink that throws turns no done write into a failure', async () => {
    let written = 0;
    const send = requestLog(async () => answer(200), {
      clock: fakeClock(),
      personalData: false,
      write() {
        written += 1;
        throw new Error('disk full');
      },
    });
    const response = await send(request({ method: 'POST', idempotent: false }));
    expect(response.status).toBe(200);
    expect(written).toBe(1);
  });
});
