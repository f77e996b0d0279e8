import type { Area } from '../kinds/area.ts';
import { securityEventEndpoints } from './receive.ts';
import { streamEndpoints } from './streams.ts';

/** Shared Signals: the org sends signed events, and takes those of others. */
export const signalArea: Area = { number: 11, endpoints: [...streamEndpoints, ...securityEventEndpoints] };
