import { InputError } from '../errors/errors.ts';
import { parseUrl } from '../text/url.ts';
import type { ProxyName } from './wire.ts';

/** The proxy through which an org is reached. */
export interface ProxyServer {
  url: URL;
  port: number;
  /** Both empty for a proxy without authentication. */
  username: string;
  password: string;
  named: ProxyName;
}

const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];

const DEFAULT_PORTS: Record<string, number> = {
  ...{ 'http:': 80, 'https:': 443 },
  ...{ 'socks:': 1080, 'socks5:': 1080, 'socks5h:': 1080 },
};

/**
 * The proxy for an https origin from the usual environment variables; without a scheme it is an HTTP proxy. Undefined
 * when none is set, or NO_PROXY exempts the host.
 * @throws InputError when it cannot be used, without repeating it: it may contain a password.
 */
export function proxyFor(orgUrl: string): ProxyServer | undefined {
  const variable = VARIABLES.find((name) => process.env[name]);
  if (variable === undefined || isExempt(new URL(orgUrl))) return undefined;
  const named = process.env[variable] as string;
  const url = parseUrl(named.includes('://') ? named : `http://${named}`);
  // An unencoded slash in a password makes the rest look like a path.
  const isUrl = url?.hostname && !/@/.test(url.pathname + url.search + url.hash);
  if (!isUrl) throw unusable(variable, 'is not a URL');
  const defaultPort = DEFAULT_PORTS[url.protocol];
  if (defaultPort === undefined) throw unusable(variable, 'is neither an HTTP nor a SOCKS proxy');
  const port = Number(url.port) || defaultPort;
  try {
    const [username, password] = [url.username, url.password].map(decodeURIComponent) as [string, string];
    return { url, port, username, password, named: { name: `${url.hostname}:${port}`, variable } };
  } catch {
    throw unusable(variable, 'has a user name or password that is not percent-encoded');
  }
}

/**
 * NO_PROXY as curl and undici read it: a name, with or without a leading dot, matches itself and its subdomains, `*.name`
 * only the subdomains, `*` everything; with a port, only that port.
 */
function isExempt({ hostname, port }: URL): boolean {
  const entries = (process.env.no_proxy || process.env.NO_PROXY || '').toLowerCase().split(/[\s,]+/);
  return entries.some((entry) => {
    const [, pattern = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    if (pattern === '' || (only !== undefined && only !== (port || '443'))) return false;
    if (pattern === '*') return true;
    const name = pattern.replace(/^\*?\./, '').replace(/\.$/, '');
    return (hostname === name && !pattern.startsWith('*')) || hostname.endsWith(`.${name}`);
  });
}

const unusable = (variable: string, why: string) =>
  new InputError(`The proxy in ${variable} ${why}; nothing was sent`, {
    hint: `Give ${variable} as http://proxy.acme.test:3128; a user name and password go before the host, percent-encoded.`,
  });
