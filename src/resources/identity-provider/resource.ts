import { z } from 'zod';
import { field, present, secret, timestamp } from '../../schema/fields.ts';
import { namedResource } from '../named.ts';

const clientSecret = secret(
  field(z.string().nullish(), 'Client secret', 'With which Okta identifies itself there.'),
);
const client = z.looseObject({ client_secret: clientSecret });
const protocol = z.looseObject({ credentials: z.looseObject({ client: client.nullish() }).nullish() });

/** An identity provider as Okta returns it. */
export const identityProviderSchema = z.looseObject({
  id: field(z.string(), 'Identity provider ID', 'Unique id.', '0oa1abcdefghijklmnop'),
  type: present(field(z.string(), 'Type', 'SAML2, OIDC, GOOGLE, MICROSOFT and others.', 'SAML2')),
  name: present(field(z.string(), 'Name', 'Name of the identity provider.', 'Partner login')),
  status: field(z.string().optional(), 'Status', 'ACTIVE or INACTIVE.', 'ACTIVE'),
  protocol: field(protocol.optional(), 'Protocol', 'How users sign in there.', { type: 'SAML2' }),
  policy: field(z.looseObject({}).optional(), 'Policy', 'How its users become users of the org.', {
    accountLink: { action: 'AUTO' },
  }),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

/** Where users of another organization, or of a social network, sign in. */
export const identityProvider = namedResource({
  key: 'identity_provider',
  title: 'Identity provider',
  job: 'org',
  scopes: ['okta.idps.read'],
  schema: identityProviderSchema,
  one: '/api/v1/idps/{idpId}',
  list: '/api/v1/idps',
  plural: { key: 'identity_providers', title: 'Identity providers' },
  prefix: '0oa',
  narrow: (q) => ({ q }),
  example: '0oa1abcdefghijklmnop',
  handle: 'Partner login',
});

/** An identity provider with invented data, for samples. */
export const identityProviderSample = {
  id: '0oa1abcdefghijklmnop',
  type: 'SAML2',
  name: 'Partner login',
  status: 'ACTIVE',
  protocol: { type: 'SAML2' },
  policy: { accountLink: { action: 'AUTO' } },
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
};
