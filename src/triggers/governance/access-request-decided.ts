import { accessRequest } from '../../resources/access-request/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const accessRequestDecided = logTrigger({
  key: 'access_request_decided',
  resource: accessRequest,
  title: 'Access request decided',
  description: 'Fires when a request for access is resolved, rejected or cancelled.',
  eventTypes: ['access.request.resolve', 'access.request.reject', 'access.request.cancel'],
  includes: accessRequest,
  narrowedBy: ['user'],
  userPlace: 'request',
});
