import { invalid, oktaError } from '../errors.ts';
import { type Attribute, compileFilter, type Predicate } from '../filter/compile.ts';
import { FilterSyntaxError, parseFilter } from '../filter/parse.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';

const path = '/api/v1/trustedOrigins';
const scopeTypes = ['CORS', 'REDIRECT', 'IFRAME_EMBED'];

/** Web pages that may call the org or to which it may send users. */
export const trustedOriginKind = defineKind({
  path,
  param: 'trustedOriginId',
  prefix: 'tos',
  type: 'TrustedOrigin',
  scope: 'okta.trustedOrigins',
  list: {
    limit: [20, 200],
    select({ query }) {
      const text = (query.get('q') ?? '').toLowerCase();
      const wanted = selected(query.get('filter') ?? '');
      return (one) =>
        wanted(one) &&
        [one.body.name, one.body.origin].some((value) => String(value).toLowerCase().includes(text));
    },
  },
  make: (call, body) => ({ ...checked(call, body), status: 'ACTIVE', createdBy: call.principal.userId }),
  change: (call, body, { id, body: { status, createdBy } }) => ({
    ...checked(call, body, id),
    status,
    createdBy,
  }),
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object', event: 'security.trusted_origin.activate' },
    deactivate: { status: 'INACTIVE', answers: 'object', event: 'security.trusted_origin.deactivate' },
  },
  events: {
    create: 'security.trusted_origin.create',
    update: 'security.trusted_origin.update',
    delete: 'security.trusted_origin.delete',
  },
});

const equality: Attribute<StoredObject>['operators'] = new Set(['eq']);

/** Filters by name, origin and status, and by `type`, which is that of any scope. */
function selected(filter: string): Predicate<StoredObject> {
  if (filter === '') return () => true;
  const readable: Readonly<Record<string, (body: Json) => unknown>> = {
    name: ({ name }) => name,
    origin: ({ origin }) => origin,
    status: ({ status }) => status,
    type: ({ scopes }) => (scopes as { type: string }[]).map(({ type }) => type),
  };
  try {
    return compileFilter<StoredObject>(parseFilter(filter), {
      ...{ negation: false, caseSensitive: true },
      attribute(name) {
        const read = readable[name];
        return read && { read: ({ body }) => read(body), operators: equality };
      },
    });
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw oktaError('E0000031', '', [error.message]);
    throw error;
  }
}

function checked({ org, principal }: Call, { name, origin, scopes }: Json, id?: string): Json {
  const others = [...org.objects.of(path)].filter((one) => one.id !== id).map(({ body }) => body);
  const taken = 'An object with this field already exists in the current organization';
  if (typeof name !== 'string' || name === '') throw invalid('name', 'name: The field cannot be left blank');
  if (!isOrigin(origin)) throw invalid('origin', 'origin: Invalid origin');
  if (others.some((one) => one.name === name)) throw invalid('name', `name: ${taken}`);
  if (others.some((one) => one.origin === origin)) throw invalid('origin', `origin: ${taken}`);
  const known = Array.isArray(scopes) && scopes.every(({ type }) => scopeTypes.includes(type));
  if (!known || scopes.length === 0) throw invalid('scopes', 'scopes: At least one scope is expected');
  return { name, origin, scopes, lastUpdatedBy: principal.userId };
}

/** A scheme, a host and perhaps a port; apps on phones have schemes of their own. */
function isOrigin(text: unknown): boolean {
  return typeof text === 'string' && /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+\/?$/i.test(text);
}
