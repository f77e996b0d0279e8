import { invalid, oktaError } from '../errors.ts';
import { type Call, objectBody } from '../http.ts';
import { isObject } from '../json.ts';
import { isSubscribable } from './eligible.ts';
import type { HookHeader, HookSpec, StoredHook } from './hook-store.ts';

const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
// No line breaks or other control characters.
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * The hook in the body of a create or a replace. Because Okta never returns the secret of `authScheme`, a replace that omits
 * it keeps the one of the `current` hook, as long as the header is the same.
 */
export function readHook(call: Call, current?: StoredHook): HookSpec {
  const { name, description, events, channel } = objectBody(call);
  if (!isObject(events)) throw invalid('events', 'events: The field cannot be left blank');
  if (!isObject(channel)) throw invalid('channel', 'channel: The field cannot be left blank');
  const config = isObject(channel.config) ? channel.config : {};
  const authScheme = withSecret(config.authScheme, current?.auth);
  // The sandbox, like most orgs, lacks the feature for filters.
  if (events.filter !== undefined && events.filter !== null) throw oktaError('E0000015');
  const items = Array.isArray(events.items) ? [...new Set(events.items.map(String))].sort() : [];
  const causes = [
    typeof name === 'string' && name.trim() !== '' ? '' : 'name: The field cannot be left blank',
    events.type === 'EVENT_TYPE' ? '' : 'events.type: EVENT_TYPE is expected',
    items.length > 0 ? '' : 'events.items: The field cannot be left blank',
    ...items.map((item) => (isSubscribable(item) ? '' : `events.items: ${item} is not supported`)),
    channel.type === 'HTTP' ? '' : 'channel.type: HTTP is expected',
    channel.version === '1.0.0' ? '' : 'channel.version: 1.0.0 is expected',
    uriProblem(config.uri),
    ...headersProblems(config.headers),
    authProblem(authScheme),
  ].filter(Boolean);
  if (causes.length > 0) throw invalid('eventHook', ...causes);
  const auth = authScheme as HookHeader | null | undefined;
  return {
    name: name as string,
    description: typeof description === 'string' ? description : null,
    items,
    uri: config.uri as string,
    headers: ((config.headers ?? []) as HookHeader[]).map(({ key, value }) => ({ key, value })),
    ...(auth ? { auth: { key: auth.key, value: auth.value } } : {}),
  };
}

function withSecret(scheme: unknown, known: HookHeader | undefined): unknown {
  if (!isObject(scheme) || scheme.value !== undefined || scheme.key !== known?.key) return scheme;
  return { ...scheme, value: known?.value };
}

/** Okta accepts only https. The sandbox also accepts http on loopback, for receivers on the same machine. */
function uriProblem(uri: unknown): string {
  const problem = 'channel.config.uri: a URL with https is expected';
  if (typeof uri !== 'string' || !URL.canParse(uri)) return problem;
  const { protocol, hostname } = new URL(uri);
  return protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname)) ? '' : problem;
}

function headersProblems(headers: unknown): string[] {
  if (headers === undefined || headers === null) return [];
  if (!Array.isArray(headers)) return ['channel.config.headers: a list is expected'];
  return headers.map((header) =>
    isHeader(header) ? '' : 'channel.config.headers: key or value is not valid',
  );
}

function authProblem(scheme: unknown): string {
  if (scheme === undefined || scheme === null) return '';
  if (!isObject(scheme) || scheme.type !== 'HEADER')
    return 'channel.config.authScheme.type: HEADER is expected';
  return isHeader(scheme) ? '' : 'channel.config.authScheme: key or value is not valid';
}

function isHeader(header: unknown): boolean {
  if (!isObject(header)) return false;
  const { key, value } = header;
  return (
    typeof key === 'string' && headerName.test(key) && typeof value === 'string' && headerValue.test(value)
  );
}
