import { app } from '../../resources/app/resource.ts';
import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const tokenReuseDetected = logTrigger({
  key: 'token_reuse_detected',
  resource: app,
  title: 'Token reuse detected',
  description:
    'Fires when a refresh token that was already used is used once more, which may mean that it was stolen.',
  eventTypes: ['app.oauth2.token.detect_reuse', 'app.oauth2.as.token.detect_reuse'],
  includes: user,
  narrowedBy: ['app', 'user'],
  userPlace: 'actor',
});
