import { callApi } from './call-api.ts';

/** In the order in which lists show them. */
export const apiActions = [callApi] as const;
