import { randomSecret } from './random.ts';

/** HTTP status and summary of every Okta error the sandbox returns. */
const catalogue = {
  E0000001: [400, 'Api validation failed: {0}'],
  E0000003: [400, 'The request body was not well-formed.'],
  E0000004: [401, 'Authentication failed'],
  E0000006: [403, 'You do not have permission to perform the requested action'],
  E0000007: [404, 'Not found: Resource not found: {0}'],
  E0000008: [404, 'The requested path was not found'],
  E0000009: [500, 'Internal Server Error'],
  E0000011: [401, 'Invalid token provided'],
  E0000014: [403, 'Update of credentials failed'],
  E0000015: [401, 'You do not have permission to access the feature you are requesting'],
  E0000016: [403, 'Activation failed because the user is already active'],
  E0000019: [400, 'Bad request.  Accept and/or Content-Type headers likely do not match supported values.'],
  E0000021: [400, 'Bad request.  Accept and/or Content-Type headers likely do not match supported values.'],
  E0000022: [405, 'The endpoint does not support the provided HTTP method'],
  E0000028: [400, 'The request is missing a required parameter.'],
  E0000029: [400, 'Invalid paging request.'],
  E0000031: [400, 'Invalid search criteria.'],
  E0000032: [403, 'Unlock is not allowed for this user.'],
  E0000033: [400, "Bad request. Can't specify a search query and filter in the same request."],
  E0000035: [403, 'Change password not allowed on specified user.'],
  E0000038: [403, "This operation is not allowed in the user's current status."],
  E0000040: [400, 'Application label must not be the same as an existing application label.'],
  E0000041: [400, 'Credentials should not be set on this resource based on the scheme.'],
  E0000047: [429, 'API call exceeded rate limit due to too many requests.'],
  E0000053: [400, 'Invalid SCIM filter.'],
  E0000054: [400, 'Invalid pagination properties.'],
  E0000056: [403, 'Delete application forbidden.'],
  E0000060: [501, 'Unsupported operation.'],
  E0000062: [409, 'The specified user is already assigned to the application.'],
  E0000063: [400, 'Invalid combination of parameters specified.'],
  E0000068: [403, 'Invalid Passcode/Answer'],
  E0000077: [403, 'Cannot modify the {0} attribute because it is read-only.'],
  E0000082: [403, 'Each code can only be used once. Please wait for a new code and try again.'],
  E0000083: [403, 'PassCode is valid but exceeded time window.'],
  E0000087: [403, 'The recovery question answer did not match our records.'],
  E0000090: [409, 'The role specified is already assigned to the user.'],
  E0000091: [400, 'The provided role type was not the same as required role type.'],
  E0000093: [400, 'Target count limit exceeded'],
  E0000098: [400, 'This phone number is invalid.'],
  E0000107: [403, 'The entity is not in the expected state for the requested transition.'],
  E0000109: [429, 'An SMS message was recently sent. Please wait 30 seconds before trying again.'],
  E0000117: [403, 'Cannot assign apps or update app profiles for an inactive user.'],
  E0000118: [429, 'An email was recently sent. Please wait 5 seconds before trying again.'],
  E0000124: [
    400,
    'Could not create user. To create a user and expire their password immediately, a password must be specified',
  ],
  E0000125: [
    400,
    'Could not create user. To create a user and expire their password immediately, "activate" must be true',
  ],
  E0000183: [409, 'An email template customization for that language already exists.'],
  E0000184: [409, "A default email template customization can't be deleted."],
  E0000185: [
    409,
    "The isDefault parameter of the default email template customization can't be set to false.",
  ],
  E0000200: [409, 'A default brand cannot be deleted.'],
  E0000201: [409, 'A brand associated with a domain cannot be deleted.'],
  E0000202: [409, 'Brand name already exists.'],
  E0000213: [403, 'Cannot update page content for the default brand.'],
  E0000127: [409, 'Invalid linked objection definition. {0}'],
  E0000142: [403, 'This User Type cannot be deleted.'],
  E0000192: [400, 'Roles cannot be granted to groups with group membership rules. {0}'],
  E0000193: [400, 'Roles can only be granted to groups with 5000 or less users. {0}'],
  E0000194: [400, 'Roles can only be granted to Okta groups, AD groups and LDAP groups. {0}'],
  E0000211: [400, 'Roles cannot be granted to built-in groups: {0}'],
  E0000133: [429, 'A phone call was recently made. Please wait 30 seconds before trying again.'],
  E0000148: [
    403,
    'Cannot modify/disable this authenticator because it is enabled in one or more policies. To continue, disable the authenticator in these policies.{0}',
  ],
  E0000180: [423, 'Factor id is currently not active.'],
  E0000231: [412, "ETag value doesn't match."],
} as const satisfies Record<string, readonly [number, string]>;

type ErrorCode = keyof typeof catalogue;

/** Ends the handling of a request with an error: Okta's JSON, an OAuth error, or a status without a body. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** An error in Okta's format; `detail` completes the summary, `causes` become its errorCauses. */
export function oktaError(errorCode: ErrorCode, detail = '', causes: string[] = []): Refusal {
  const [status, summary] = catalogue[errorCode];
  return new Refusal(status, {
    errorCode,
    errorSummary: summary.replace('{0}', detail),
    errorLink: errorCode,
    errorId: `oae${randomSecret(16)}`,
    errorCauses: causes.map((errorSummary) => ({ errorSummary })),
  });
}

export function notFound(id: string, type: string): Refusal {
  return oktaError('E0000007', `${id} (${type})`);
}

export function invalid(subject: string, ...causes: string[]): Refusal {
  return oktaError('E0000001', subject, causes);
}
