import { directoryChanged } from './directory-changed.ts';
import { newUserOnboarding } from './new-user-onboarding.ts';

/** In display order. */
export const directoryTriggers = [directoryChanged, newUserOnboarding] as const;
