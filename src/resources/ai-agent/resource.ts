import { defineResource } from '../../define.ts';

/** Programs that act for people, and the servers that they use. Okta calls them workload principals. */
export const aiAgent = defineResource({
  key: 'ai_agent',
  title: 'AI agent',
  job: 'admins',
  scopes: ['okta.aiAgents.read'],
});
