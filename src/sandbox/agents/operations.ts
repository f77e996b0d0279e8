import type { Answer, Call } from '../http.ts';
import { defineKind } from '../kinds/kind.ts';

/** What became of changes of AI agents that were accepted. */
export const agentOperations = defineKind({
  ...{ path: '/workload-principals/api/v1/operations', param: 'operationId', prefix: 'wlo' },
  ...{ type: 'Operation', scope: 'okta.aiAgents', serves: ['read'] },
});

/** Accepts a change. The sandbox has made it already. */
export function accepted({ org, origin }: Call, resourceId: string): Answer {
  const now = org.clock.seconds();
  const { list, id } = org.objects.put({
    ...{ id: org.ids.next('wlo'), list: agentOperations.path, created: now, lastUpdated: now },
    body: { status: 'COMPLETED', resource: { id: resourceId, type: 'ai-agent' } },
  });
  return { status: 202, headers: { Location: `${origin}${list}/${id}` } };
}
