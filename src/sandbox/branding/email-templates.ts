/** The names of Okta's e-mail templates, in the order of the list. */
export const emailTemplates: readonly string[] = [
  ...[
    'ADForgotPassword',
    'ADForgotPasswordDenied',
    'ADSelfServiceUnlock',
    'ADUserActivation',
    'AccountLockout',
  ],
  ...['AuthenticatorEnrolled', 'AuthenticatorReset', 'ChangeEmailConfirmation', 'EmailChallenge'],
  ...['EmailChangeConfirmation', 'EmailFactorVerification', 'ForgotPassword', 'ForgotPasswordDenied'],
  ...['LDAPForgotPassword', 'LDAPForgotPasswordDenied', 'LDAPSelfServiceUnlock', 'LDAPUserActivation'],
  ...['MyAccountChangeConfirmation', 'NewSignOnNotification', 'OktaVerifyActivation', 'PasswordChanged'],
  ...[
    'PasswordResetByAdmin',
    'PendingEmailChange',
    'RegistrationActivation',
    'RegistrationEmailVerification',
  ],
  ...['SelfServiceUnlock', 'SelfServiceUnlockOnUnlockedAccount', 'UserActivation'],
];
