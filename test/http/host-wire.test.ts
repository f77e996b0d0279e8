import { describe, expect, it } from 'vitest';
import { hostWire } from '../../src/http/host-wire.ts';
import { rejection } from '../support/server.ts';

const failing = (error: unknown) =>
  hostWire(async () => {
    throw error;
  }, 'https://acme.okta.com');

const errorOf = (message: string, more: object = {}) => Object.assign(new Error(message), more);
const system = (syscall: string, code: string) => errorOf(`${syscall} ${code}`, { code, syscall });

const post = (error: unknown) =>
  rejection(failing(error).exchange({ method: 'POST', path: '/', headers: {}, timeoutMs: 1_000 }));

describe('a request that failed with the client of a host', () => {
  it.each<[string, unknown]>([
    ['refused', system('connect', 'ECONNREFUSED')],
    ['no route', system('connect', 'EHOSTUNREACH')],
    ['no answer to connect', system('connect', 'ETIMEDOUT')],
    ['no such host', system('getaddrinfo', 'ENOTFOUND')],
    [
      'wrapped, the call in the cause',
      errorOf('x', { code: 'ERR_NETWORK', cause: system('connect', 'ENETUNREACH') }),
    ],
    [
      'wrapped, the call in the message',
      errorOf('connect EHOSTUNREACH 10.0.0.1:443', { code: 'EHOSTUNREACH' }),
    ],
    ['no address of several', new AggregateError([system('connect', 'ETIMEDOUT')])],
    ['refused, without the call', errorOf('no', { code: 'ECONNREFUSED' })],
    ['a certificate', errorOf('x', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })],
    ['the name of a certificate', errorOf('x', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })],
    ['a handshake', errorOf('x', { code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' })],
    [
      'a handshake, as a failed write',
      errorOf('write EPROTO 80:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version', {
        ...{ code: 'EPROTO', syscall: 'write' },
      }),
    ],
  ])('was not sent: %s', async (_, error) => {
    expect(await post(error)).toMatchObject({ sent: false });
  });

  it.each<[string, unknown]>([
    ['reset', system('read', 'ECONNRESET')],
    ['the route was lost', system('read', 'EHOSTUNREACH')],
    ['the network was lost', system('write', 'ENETUNREACH')],
    ['only the message tells the call', errorOf('read ENETUNREACH', { code: 'ENETUNREACH' })],
    ['unreachable, without the call', errorOf('x', { code: 'EHOSTUNREACH' })],
    ['a broken record', errorOf('x', { code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' })],
    ['an alert', errorOf('x', { code: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', syscall: 'read' })],
    ['an alert about our certificate', errorOf('x', { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' })],
    [
      'a failed write',
      errorOf('write EPROTO x:tlsv1 alert internal error', { code: 'EPROTO', syscall: 'write' }),
    ],
    ['a message out of turn', errorOf('unexpected message', { code: 'ERR_SSL_UNEXPECTED_MESSAGE' })],
    ['no code at all', new Error('socket hang up')],
  ])('may have been done: %s', async (_, error) => {
    expect(await post(error)).toMatchObject({ sent: true });
  });
});

it.each([
  ['407', { status: 407, headers: {}, text: '' }, 'rejected the user name and password (407)'],
  ['without TLS', { status: 502, headers: {}, text: '', encrypted: false }, 'did not connect (502)'],
])('an answer that is the proxy of the host speaking was not sent: %s', async (_, answer, message) => {
  const wire = hostWire(async () => answer, 'https://acme.okta.com');
  const error = await rejection(wire.exchange({ method: 'POST', path: '/', headers: {}, timeoutMs: 1_000 }));
  expect(error).toMatchObject({ sent: false, message, proxy: { name: 'of this host' } });
});
