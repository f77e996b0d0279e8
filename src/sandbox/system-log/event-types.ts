/** What Okta shows for the event types that the sandbox writes by itself. */
export const displayMessages = {
  'app.oauth2.authorize.code': 'OIDC authorization code request',
  'app.oauth2.token.detect_reuse': 'One-time refresh token reused',
  'app.oauth2.token.grant': 'OIDC token request',
  'app.oauth2.token.grant.access_token': 'OIDC access token is granted',
  'app.oauth2.token.grant.id_token': 'OIDC id token is granted',
  'app.oauth2.token.grant.refresh_token': 'OIDC refresh token is granted',
  'app.oauth2.token.revoke': 'OIDC token revocation request',
  'application.lifecycle.activate': 'Activate application',
  'application.lifecycle.deactivate': 'Deactivate application',
  'application.user_membership.add': 'Add user to application membership',
  'application.user_membership.remove': "Remove user's application membership",
  'application.user_membership.update': 'Update user application property',
  'group.application_assignment.add': 'Add assigned application to group',
  'group.application_assignment.remove': 'Remove assigned application from group',
  'group.lifecycle.create': 'Create Okta group',
  'group.lifecycle.delete': 'Delete Okta group',
  'group.profile.update': 'Okta group profile updated',
  'group.user_membership.add': 'Add user to group membership',
  'group.user_membership.remove': 'Remove user from group membership',
  'system.org.rate_limit.violation': 'Rate limit violation',
  'user.account.expire_password': 'Expire user Okta password',
  'user.account.reset_password': 'User reset password for Okta',
  'user.account.unlock_by_admin': 'Unlock user account by admin',
  'user.account.update_password': 'User update password for Okta',
  'user.account.update_profile': 'Update user profile for Okta',
  'user.account.update_user_type': 'Update user type',
  'user.authentication.sso': 'User single sign on to app',
  'user.lifecycle.activate': 'Activate Okta user',
  'user.lifecycle.create': 'Create Okta user',
  'user.lifecycle.deactivate': 'Deactivate Okta user',
  'user.lifecycle.delete.completed': 'Delete Okta user completed',
  'user.lifecycle.delete.initiated': 'Delete Okta user initiated',
  'user.lifecycle.reactivate': 'Reactivate Okta user',
  'user.lifecycle.suspend': 'Suspend Okta user',
  'user.lifecycle.unsuspend': 'Unsuspend Okta user',
  'user.mfa.factor.reset_all': 'Reset all factors for user',
  'user.session.clear': 'Clear user session',
  'user.session.start': 'User login to Okta',
} as const;

export type EventType = keyof typeof displayMessages;

/** Those that Okta does not write with severity INFO. */
export const warnings: ReadonlySet<string> = new Set([
  'app.oauth2.token.detect_reuse',
  'system.org.rate_limit.violation',
]);
