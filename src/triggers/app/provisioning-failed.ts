import { app } from '../../resources/app/resource.ts';
import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const provisioningFailed = logTrigger({
  key: 'provisioning_failed',
  resource: app,
  title: 'Provisioning failed',
  description: 'Fires when an account in an app cannot be created, updated, deactivated or reactivated.',
  eventTypes: [
    'application.provision.user.push',
    'application.provision.user.push_profile',
    'application.provision.user.deactivate',
    'application.provision.user.reactivate',
    'application.provision.user.sync',
  ],
  outcome: 'FAILURE',
  includes: user,
  narrowedBy: ['app', 'user'],
});
