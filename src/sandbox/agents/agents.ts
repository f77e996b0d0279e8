import { invalid, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { found, partyOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { EventType } from '../system-log/event-types.ts';
import { record } from '../system-log/record.ts';
import { accepted } from './operations.ts';

const scope = 'okta.aiAgents';

/** AI agents: programs that act for people. Whatever changes them is accepted first, and its outcome is asked for later. */
export const aiAgents = defineKind({
  ...{ path: '/workload-principals/api/v1/ai-agents', param: 'agentId', prefix: 'wlp' },
  ...{ type: 'WorkloadPrincipal', scope, serves: ['list', 'read'], list: { limit: [20, 200] } },
  nameOf: ({ body }) => String((body.profile as Json).name),
});

const one = `${aiAgents.path}/:agentId`;

export const aiAgentEndpoints: Endpoint[] = [
  { method: 'POST', path: aiAgents.path, scope: `${scope}.manage`, handle: register },
  {
    ...{ method: 'POST', path: `${one}/lifecycle/activate`, scope: `${scope}.manage` },
    handle: (call) => become(call, 'ACTIVE', 'workload_principal.activate'),
  },
  {
    ...{ method: 'POST', path: `${one}/lifecycle/deactivate`, scope: `${scope}.manage` },
    handle: (call) => become(call, 'INACTIVE', 'workload_principal.deactivate'),
  },
  { method: 'DELETE', path: one, scope: `${scope}.manage`, handle: remove },
];

function register(call: Call): Answer {
  const { org } = call;
  const { profile, appId = null } = objectBody(call);
  if (!isObject(profile) || typeof profile.name !== 'string' || profile.name === '')
    throw invalid('profile.name', 'profile.name: The field cannot be left blank');
  const now = org.clock.seconds();
  const agent = org.objects.put({
    ...{ id: org.ids.next('wlp'), list: aiAgents.path, created: now, lastUpdated: now },
    body: { profile, appId, status: 'STAGED' },
  });
  return done(call, agent, 'workload_principal.register');
}

function become(call: Call, status: string, event: EventType): Answer {
  const known = found(call, aiAgents);
  if (known.body.status === status) throw oktaError('E0000107');
  const lastUpdated = call.org.clock.seconds();
  const agent = call.org.objects.put({ ...known, lastUpdated, body: { ...known.body, status } });
  return done(call, agent, event);
}

/** An agent must be deactivated before. */
function remove(call: Call): Answer {
  const agent = found(call, aiAgents);
  if (agent.body.status !== 'INACTIVE') throw oktaError('E0000107');
  call.org.objects.delete(agent);
  call.org.objects.deleteBelow(`${agent.list}/${agent.id}`);
  return done(call, agent, 'workload_principal.delete');
}

function done(call: Call, agent: StoredObject, event: EventType): Answer {
  const detailEntry = { workloadPrincipalType: 'AI_AGENT', workloadPrincipalStatus: agent.body.status };
  record(call, event, { target: [{ ...partyOf(aiAgents, agent), detailEntry }] });
  return accepted(call, agent.id);
}
