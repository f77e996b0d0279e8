import { invalid, notFound } from '../errors.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { apiTokenKind } from './api-tokens.ts';

const path = '/api/v1/principal-rate-limits';

/** The share of the org's rate limits that an API token or an app may use. */
export const principalLimitKind = defineKind({
  path,
  param: 'principalRateLimitId',
  prefix: 'prl',
  type: 'PrincipalRateLimit',
  scope: 'okta.principalRateLimits',
  serves: ['list', 'read', 'create', 'replace'],
  created: 201,
  list: { select },
  make,
  change,
  view,
});

/** The list takes exactly one kind of principal. */
function select(call: Call): (object: StoredObject) => boolean {
  const filter = call.query.get('filter') ?? '';
  const wanted = (name: string) => new RegExp(`\\b${name} eq "([^"]*)"`).exec(filter)?.[1];
  const [type, id] = [wanted('principalType'), wanted('principalId')];
  if (type === undefined)
    throw invalid(
      'principalRateLimitMediated',
      'The provided filter parameter did not contain the required attrbute filter "principalType"',
    );
  return ({ body }) => body.principalType === type && (id === undefined || body.principalId === id);
}

function make(call: Call, body: Json): Json {
  const { org } = call;
  const { principalId, principalType, defaultPercentage = 50, defaultConcurrencyPercentage = 50 } = body;
  const id = String(principalId);
  const isToken = principalType === 'SSWS_TOKEN';
  if (!(isToken ? org.objects.get(apiTokenKind.path, id) : org.apps.get(id)))
    throw notFound(id, isToken ? apiTokenKind.type : 'PublicClientApp');
  // A principal has one limit. Okta names no cause.
  if ([...org.objects.of(path)].some((limit) => limit.body.principalId === id))
    throw invalid('principalRateLimitMediated');
  const now = time(call);
  const by = org.adminId;
  return {
    ...{ orgId: org.id, principalId, principalType, defaultPercentage, defaultConcurrencyPercentage },
    ...{ lastUpdate: now, lastUpdatedBy: by, createdDate: now, createdBy: by },
  };
}

function change(call: Call, body: Json, known: StoredObject): Json {
  const { defaultPercentage, defaultConcurrencyPercentage } = { ...known.body, ...body };
  return {
    ...{ ...known.body, defaultPercentage, defaultConcurrencyPercentage },
    ...{ lastUpdate: time(call), lastUpdatedBy: call.org.adminId },
  };
}

/** Unlike other objects a limit has no links, and times of its own without milliseconds. */
function view(_call: Call, { id, body }: StoredObject): Json {
  return { id, ...body };
}

function time({ org }: Call): string {
  return `${new Date(org.clock.now()).toISOString().slice(0, 19)}Z`;
}
