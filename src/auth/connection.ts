import { z } from 'zod';
import { InputError } from '../errors/errors.ts';
import { describeIssues } from '../errors/issues.ts';
import { secret } from '../schema/fields.ts';
import { labelled } from '../schema/labels.ts';
import { normalizeOrgUrl, type OrgUrl } from './org-url.ts';
import { SIGNING_ALGORITHMS } from './private-key.ts';
import { tokensSchema } from './tokens.ts';

const scopes = z
  .array(z.string().regex(/^\S+$/, 'must not contain spaces'))
  .min(1)
  .meta({
    title: 'Scopes',
    description: 'OAuth scopes to request; the manifest lists those of each action.',
    examples: [['okta.users.read']],
  });

const clientId = z
  .string()
  .min(1)
  .meta({
    title: 'Client ID',
    description: 'Client id of the app in Okta.',
    examples: ['0oa1abcdefghijklmnop'],
  });

export const apiTokenAuth = z
  .strictObject({
    type: z.literal('api_token'),
    token: secret(
      z
        .string()
        // People paste it together with the scheme of the Authorization header.
        .overwrite((token) => token.replace(/^\s*SSWS\s+/i, ''))
        .min(1)
        .regex(/^[\x21-\x7e]*$/, 'has characters that no API token has'),
    ).meta({
      title: 'API token',
      description:
        'Created in the Admin Console under Security, API, Tokens; has the rights of the admin who created it.',
    }),
  })
  .meta({ title: 'API token' });

export const clientCredentialsAuth = z
  .strictObject({
    type: z.literal('client_credentials'),
    clientId,
    privateKey: secret(z.union([z.string().min(1), z.looseObject({})])).meta({
      title: 'Private key',
      description:
        'PEM (PKCS#8, PKCS#1, SEC1) or JWK of the key pair registered with the app; all of it in base64 works too.',
    }),
    keyId: z.string().min(1).optional().meta({
      title: 'Key ID',
      description: 'The kid of the key; needed for PEM when the app has several keys.',
    }),
    scopes,
    dpop: z
      .union([z.boolean(), z.literal('auto')])
      .default('auto')
      .meta({
        title: 'DPoP',
        description:
          'auto sends a proof and accepts the token type that the org returns; true requires DPoP; false sends no proof.',
      }),
    algorithm: z.enum(SIGNING_ALGORITHMS).optional().meta({
      title: 'Algorithm',
      description: 'Signature algorithm for an RSA key that does not name one.',
    }),
  })
  .meta({ title: 'Service app (private key)' });

export const authorizationCodeAuth = z
  .strictObject({
    type: z.literal('authorization_code'),
    clientId,
    clientSecret: secret(z.string().min(1))
      .optional()
      .meta({ title: 'Client secret', description: 'Empty for a public client, which uses PKCE alone.' }),
    clientAuthentication: labelled(z.enum(['client_secret_basic', 'client_secret_post', 'none']), {
      client_secret_basic: 'Secret in the header (basic)',
      client_secret_post: 'Secret in the body (post)',
      none: 'No secret',
    })
      .optional()
      .meta({ title: 'Client authentication', description: 'How the secret is sent; basic unless set.' }),
    scopes,
    redirectUri: z.url().meta({
      title: 'Redirect URI',
      description: 'Exactly as registered with the app.',
      examples: ['http://127.0.0.1:8484/callback'],
    }),
    dpop: z
      .boolean()
      .default(false)
      .meta({ title: 'DPoP', description: 'Bind the tokens to a key that is stored with them.' }),
    tokens: secret(tokensSchema)
      .optional()
      .meta({ title: 'Tokens', description: 'Result of a sign-in, where the host stores it.' }),
  })
  .meta({ title: 'Sign-in (authorization code)' });

const authSchema = z.discriminatedUnion('type', [apiTokenAuth, clientCredentialsAuth, authorizationCodeAuth]);

/** A connection as a person writes it: one org, one way to authenticate. */
export const connectionSchema = z.strictObject({
  orgUrl: z.string().meta({
    title: 'Org URL',
    description: 'Where people sign in, for example https://acme.okta.com; custom domains work.',
    examples: ['https://acme.okta.com'],
  }),
  auth: authSchema,
});

export type Connection = z.input<typeof connectionSchema>;
export type ClientCredentials = z.output<typeof clientCredentialsAuth>;
export type AuthorizationCode = z.output<typeof authorizationCodeAuth>;
/** A connection that was checked: the org URL is normalised, defaults are filled in. */
export type CheckedConnection = z.output<typeof connectionSchema> & Pick<OrgUrl, 'corrections'>;

/**
 * Checks a connection before anything is sent.
 * @throws InputError `invalid_connection` naming each wrong member, never its value.
 */
export function parseConnection(connection: unknown): CheckedConnection {
  const parsed = connectionSchema.safeParse(connection);
  if (!parsed.success) {
    throw new InputError('The connection is not complete', {
      code: 'invalid_connection',
      causes: describeIssues(parsed.error, connectionSchema),
      // When single members are wrong, the causes say everything.
      hint: parsed.error.issues.some(({ path }) => path.length < 2 || path[1] === 'type')
        ? 'It needs orgUrl and auth with type api_token, client_credentials or authorization_code.'
        : undefined,
    });
  }
  return { ...parsed.data, ...normalizeOrgUrl(parsed.data.orgUrl) };
}
