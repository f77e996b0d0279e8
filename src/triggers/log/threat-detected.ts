import { log } from '../../resources/log/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const threatDetected = logTrigger({
  key: 'threat_detected',
  resource: log,
  title: 'Threat detected',
  description:
    'Fires when a request comes from an address that Okta considers malicious; the outcome says whether it was let through.',
  eventTypes: ['security.threat.detected'],
  outcomes: ['DENY', 'ALLOW', 'RATE_LIMIT'],
});
