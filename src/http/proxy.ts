import { InputError } from '../errors/errors.ts';
import type { ProxyName } from './wire.ts';

/** The proxy that leads to an org. */
export interface ProxyServer {
  url: URL;
  port: number;
  /** Both empty where the proxy asks for none. */
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
 * The proxy that the environment names for an https origin, as other programs read it; without a scheme it is an http
 * proxy. Undefined when there is none, or when NO_PROXY exempts the host.
 * @throws InputError when it cannot be used, without repeating it: it may hold a password.
 */
export function proxyFor(orgUrl: string): ProxyServer | undefined {
  const variable = VARIABLES.find((name) => process.env[name]);
  if (variable === undefined || isExempt(new URL(orgUrl))) return undefined;
  const named = process.env[variable] as string;
  const url = URL.parse(named.includes('://') ? named : `http://${named}`);
  // A slash in a password makes the rest of it look like a path.
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
 * NO_PROXY as curl and undici read it: a name, with or without a leading dot, is for itself and all below it, `*.name`
 * only for what is below, `*` for everything; with a port it is for that port only.
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
