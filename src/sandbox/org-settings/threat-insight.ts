import { invalid } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import type { Org } from '../org.ts';
import { readSingle, writeSingle } from './single.ts';

const path = '/api/v1/threats/configuration';
const actions = ['none', 'audit', 'block'];

/** What the org does about suspicious addresses. */
export const threatInsightEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: 'okta.threatInsights.read', handle: getConfiguration },
  { method: 'POST', path, scope: 'okta.threatInsights.manage', handle: postConfiguration },
];

const standard = { action: 'none', excludeZones: [] };

/** What happens to a request from a malicious address: `none`, `audit` or `block`. */
export const threatAction = (org: Org): string => String(readSingle(org, path, standard).action);

function getConfiguration({ org, origin }: Call): Answer {
  const { action, excludeZones } = readSingle(org, path, standard);
  const changed = org.objects.get('/api/v1/threats', 'configuration');
  return ok({
    action,
    excludeZones,
    created: spaced(org.created),
    lastUpdated: spaced(changed?.lastUpdated ?? org.created),
    _links: { self: { href: `${origin}${path}`, hints: { allow: ['GET', 'POST'] } } },
  });
}

function postConfiguration(call: Call): Answer {
  const { action, excludeZones = [] } = objectBody(call);
  if (!actions.includes(String(action))) throw invalid('action', `action: ${actions.join(', ')} is expected`);
  if (!Array.isArray(excludeZones)) throw invalid('excludeZones', 'excludeZones: a list is expected');
  writeSingle(call.org, path, { action, excludeZones });
  return getConfiguration(call);
}

/** These times have a space and no zone, unlike all others. */
function spaced(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}
