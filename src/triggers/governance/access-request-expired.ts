import { accessRequest } from '../../resources/access-request/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const accessRequestExpired = logTrigger({
  key: 'access_request_expired',
  resource: accessRequest,
  title: 'Access request expired',
  description: 'Fires when a request for access expires without a decision.',
  eventTypes: ['access.request.expire'],
  includes: accessRequest,
  narrowedBy: ['user'],
  userPlace: 'request',
});
