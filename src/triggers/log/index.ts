import { apiTokenCreated } from './api-token-created.ts';
import { apiTokenRevoked } from './api-token-revoked.ts';
import { newEvent } from './new-event.ts';
import { newEventInstant } from './new-event-instant.ts';
import { rateLimitWarned } from './rate-limit-warned.ts';
import { searchEvents } from './search-events.ts';
import { signInFailed } from './sign-in-failed.ts';
import { threatDetected } from './threat-detected.ts';

/** In display order. */
export const logTriggers = [
  newEvent,
  newEventInstant,
  searchEvents,
  signInFailed,
  apiTokenCreated,
  rateLimitWarned,
  apiTokenRevoked,
  threatDetected,
] as const;
