import { policyChanged } from './policy-changed.ts';

/** In display order. */
export const policyTriggers = [policyChanged] as const;
