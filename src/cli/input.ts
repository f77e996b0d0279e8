import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { isLoopback } from '../auth/org-url.ts';
import { errorLimitOf } from '../bulk/error-limit.ts';
import type { ErrorLimit } from '../bulk/types.ts';
import type { LeaverLimit } from '../sync/sync.ts';
import { parseJson } from '../text/json.ts';
import { parseUrl } from '../text/url.ts';
import { UsageError } from './usage.ts';

/** Reads `--input`: JSON, `@file`, or `-` for stdin. @throws UsageError when there is no JSON. */
export async function readInput(source: string): Promise<unknown> {
  if (source === '-') return parseJson(await text(process.stdin), 'The input on stdin', UsageError);
  if (!source.startsWith('@')) return parseJson(source, 'The input', UsageError);
  return readJsonFile(source.slice(1), 'The input file', '@');
}

const UNIT = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds of a time like 30s, 5m or 1h; plain numbers are seconds. */
export function readDuration(value: string, flag: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value) ?? [];
  if (!(Number(amount) > 0)) throw new UsageError(`${flag} must be a time like 30s, 5m or 1h`);
  return Number(amount) * UNIT[unit as keyof typeof UNIT];
}

/** The value of --timeout. */
export function readSeconds(value: string): number {
  const seconds = Number(value);
  if (!(seconds > 0)) throw new UsageError('--timeout must be a number of seconds above 0');
  return seconds;
}

/** The value of --rate-limit-share. */
export function readShare(value: string): number {
  const share = Number(value);
  if (share > 0 && share <= 1) return share;
  throw new UsageError('--rate-limit-share must be above 0 and at most 1, such as 0.5');
}

const portAfter =
  (flag: string) =>
  (value: string): number => {
    if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
    throw new UsageError(`${flag} must be a whole number from 0 to 65535`);
  };

export const readPort = portAfter('--port');

/** The value of --http. */
export const readHttpPort = portAfter('--http');

/** The value of --listen: an address of this machine and a port; IPv6 in brackets. */
export function readAddress(value: string): { host: string; port: number } {
  const [, host, port] = /^(\[[\da-f:.]+\]|[^:[\]]+):(\d{1,5})$/i.exec(value) ?? [];
  if (host === undefined || Number(port) > 65_535)
    throw new UsageError('--listen must be HOST:PORT, such as 0.0.0.0:8080');
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** The value of --public-url, without a slash at the end: where a proxy offers a server of this machine. */
export function readPublicUrl(value: string): string {
  const url = parseUrl(value);
  const isPlain = url && !url.search && !url.hash && !url.username && !url.password;
  if (!isPlain || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.href)))) {
    throw new UsageError('--public-url must be an https URL such as https://okta.acme.example');
  }
  return url.href.replace(/\/+$/, '');
}

const countAfter =
  (flag: string) =>
  (value: string): number => {
    if (/^[1-9]\d*$/.test(value)) return Number(value);
    throw new UsageError(`${flag} must be a whole number above 0`);
  };

export const readPages = countAfter('--max-pages');

export const readPolls = countAfter('--concurrency');

export const readLimit = countAfter('--limit');

/** The value of --rate: 600 or 600/min. */
export function readRate(value: string): number {
  const [, count] = /^([1-9]\d{0,8})(\/min)?$/.exec(value) ?? [];
  if (count !== undefined) return Number(count);
  throw new UsageError('--rate must be a whole number of requests per minute, such as 600/min');
}

/** The value of --concurrency. (commander shows `undefined` as an empty text.) */
export function readConcurrency(value: string): number | 'auto' {
  if (value === 'auto') return value;
  if (/^[1-9]\d{0,3}$/.test(value)) return Number(value);
  throw new UsageError('--concurrency must be auto or a whole number from 1 to 9999');
}

/** The value of --max-errors. */
export function readErrorLimit(value: string): ErrorLimit {
  const limit = errorLimitOf(value);
  if (limit !== undefined) return limit;
  throw new UsageError('--max-errors must be a number of rows, or a share like 10%');
}

/** The value of --max-leavers. */
export function readLeaverLimit(value: string): LeaverLimit {
  const limit = errorLimitOf(value);
  if (limit !== undefined) return limit;
  throw new UsageError('--max-leavers must be a number of people, or a share like 10%');
}

/** Reads a JSON file. @param flag the option that named it. */
export async function readJsonFile(file: string, what: string, flag: string): Promise<unknown> {
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${what} ${file} cannot be read (${error.code})`, {
      hint: `Check the file name of ${flag}.`,
    });
  });
  return parseJson(content, `${what} ${file}`, UsageError);
}

/** Names with commas between them. */
export const readNames = (value: string): string[] => value.split(/[\s,]+/).filter(Boolean);
