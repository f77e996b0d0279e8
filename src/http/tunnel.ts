import { request } from 'node:http';
import type { Socket } from 'node:net';
import { Socks5Client } from 'undici/lib/core/socks5-client.js';
import { type Open, openDirect, type SocketTarget } from './connector.ts';
import type { ProxyServer } from './proxy.ts';
import { CERTIFICATE, refusedByProxy, TransportError } from './wire.ts';

/**
 * Opens sockets to an org through a proxy. undici's own proxy agents limit each step separately, wait minutes for the
 * answer to CONNECT, and cannot be aborted.
 */
export function openThrough(proxy: ProxyServer): Open {
  const { url, port } = proxy;
  const isSocks = url.protocol.startsWith('socks');
  // Node wants IPv6 addresses without brackets.
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const target: SocketTarget = {
    ...{ hostname, host: url.host, port: String(port) },
    protocol: url.protocol === 'https:' ? 'https:' : 'http:',
  };
  return async (org, signal) => {
    const socket = await openDirect(target, signal).catch((error) => {
      throw failed(proxy, error, unreachable);
    });
    try {
      await (isSocks ? socksTunnel : httpTunnel)(socket, org, proxy).catch((error) => {
        throw failed(proxy, signal.aborted ? signal.reason : error, unconnected);
      });
      return await openDirect({ ...org, httpSocket: socket }, signal).catch((error) => {
        // A rejected certificate is the org's, or that of an inspecting proxy.
        throw isTls(error.code) ? error : failed(proxy, error, broken);
      });
    } catch (error) {
      socket.destroy();
      throw error;
    }
  };
}

const isTls = (code = '') => CERTIFICATE.test(code) || /^(EPROTO$|ERR_SSL_)/.test(code);

function httpTunnel(socket: Socket, { hostname, port }: SocketTarget, proxy: ProxyServer): Promise<void> {
  const { username, password } = proxy;
  const authority = `${hostname}:${port || 443}`;
  const headers: Record<string, string> = {
    ...{ host: authority, connection: 'keep-alive', 'proxy-connection': 'keep-alive' },
  };
  if (username) {
    headers['proxy-authorization'] = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
  return new Promise((resolve, reject) => {
    request({ method: 'CONNECT', path: authority, headers, createConnection: () => socket })
      .on('connect', ({ statusCode = 0 }, _, head) => {
        if (statusCode < 200 || statusCode > 299) return reject(refusedByProxy(statusCode, proxy.named));
        if (head.length > 0) socket.unshift(head);
        resolve();
      })
      .on('error', reject)
      .end();
  });
}

/** Host names are always resolved by the proxy. */
function socksTunnel(socket: Socket, { hostname, port }: SocketTarget, proxy: ProxyServer): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = new Socks5Client(socket, proxy)
      .on('authenticated', () => client.connect(hostname, Number(port) || 443))
      .on('connected', () => resolve())
      .on('error', reject)
      .on('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    client.handshake();
  });
}

type Fault = (code: string, message: string) => string;

function failed(proxy: ProxyServer, error: NodeJS.ErrnoException, what: Fault): TransportError {
  if (error instanceof TransportError && error.proxy) return error;
  const { code = '', message } = error;
  return new TransportError(what(code, message), code, false, proxy.named);
}

const inBrackets = (code: string) => (code ? ` (${code})` : '');

const unreachable: Fault = (code, message) => {
  if (code === 'timeout') return `cannot be reached ${message}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `has an unknown host name (${code})`;
  if (CERTIFICATE.test(code)) return `has a TLS certificate that was not accepted (${code})`;
  return `cannot be reached${inBrackets(code)}`;
};

const unconnected: Fault = (code, message) => {
  if (code === 'timeout') return `did not connect ${message}`;
  if (code.startsWith('UND_ERR_SOCKS5')) return `did not connect (${message})`;
  if (code.startsWith('HPE_')) return `did not answer in HTTP (${code})`;
  return `ended the connection instead of connecting${inBrackets(code)}`;
};

const broken: Fault = (code, message) =>
  code === 'timeout'
    ? `connected, but the TLS handshake did not complete ${message}`
    : `broke the tunnel before the TLS handshake was complete${inBrackets(code)}`;
