import { aiAgent } from '../../resources/ai-agent/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const aiAgentActivated = logTrigger({
  key: 'ai_agent_activated',
  resource: aiAgent,
  title: 'AI agent activated',
  description: 'Fires when an AI agent or another workload is activated.',
  eventTypes: ['workload_principal.activate'],
});
