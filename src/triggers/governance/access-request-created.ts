import { accessRequest } from '../../resources/access-request/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const accessRequestCreated = logTrigger({
  key: 'access_request_created',
  resource: accessRequest,
  title: 'Access request created',
  description: 'Fires when somebody asks for access.',
  eventTypes: ['access.request.create'],
  includes: accessRequest,
  narrowedBy: ['user'],
  userPlace: 'request',
});
