import { iso } from '../clock.ts';
import { type Answer, type Call, type Endpoint, ok } from '../http.ts';
import { readSingle, writeSingle } from './single.ts';

const path = '/api/v1/org/privacy/oktaSupport';
const hour = 3600 * 1000;

/** Whether Okta's support may sign in to the org: for 8 hours, and 24 more with each extension. */
export const supportEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: 'okta.orgs.read', handle: getSupport },
  {
    ...{ method: 'GET', path: `${path}/cases`, scope: 'okta.orgs.read' },
    handle: () => ok({ supportCases: [] }),
  },
  post('grant', ({ org }) => org.clock.seconds() + 8 * hour),
  post('extend', (call) => Math.max(expiration(call) ?? 0, call.org.clock.seconds()) + 24 * hour),
  post('revoke', () => null),
];

function post(name: string, until: (call: Call) => number | null): Endpoint {
  const handle = (call: Call) => {
    writeSingle(call.org, path, { expiration: until(call) });
    return getSupport(call);
  };
  return { method: 'POST', path: `${path}/${name}`, scope: 'okta.orgs.manage', handle };
}

function getSupport(call: Call): Answer {
  const until = expiration(call);
  const others = until === null ? ['grant'] : ['extend', 'revoke'];
  const link = (name: string) => [
    name,
    { href: `${call.origin}${path}/${name}`, hints: { allow: ['POST'] } },
  ];
  return ok({
    support: until === null ? 'DISABLED' : 'ENABLED',
    expiration: iso(until),
    _links: Object.fromEntries(others.map(link)),
  });
}

/** Until when support may sign in; null if it may not. */
function expiration({ org }: Call): number | null {
  const until = Number(readSingle(org, path, { expiration: null }).expiration ?? 0);
  return until > org.clock.now() ? until : null;
}
