import { defineKind } from '../kinds/kind.ts';

/** Pools of agents, which run in a company's own network. An org has none until an agent registers. */
export const agentPoolKind = defineKind({
  ...{ path: '/api/v1/agentPools', param: 'poolId', prefix: '0oa', type: 'AgentPool' },
  ...{ scope: 'okta.agentPools', serves: ['list'] },
  list: {
    limit: [5, 200],
    select({ query }) {
      const type = query.get('poolType');
      return ({ body }) => type === null || body.type === type;
    },
  },
});
