import { listLogonsByIp } from './list-logons-by-ip.ts';

/** In the order in which lists show them. */
export const logActions = [listLogonsByIp] as const;
