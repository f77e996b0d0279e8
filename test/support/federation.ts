import type { Org } from './arrange.ts';

const saml = {
  type: 'SAML2',
  protocol: {
    type: 'SAML2',
    endpoints: {
      sso: { url: 'https://idp.acme.test/sso', binding: 'HTTP-POST' },
      acs: { binding: 'HTTP-POST', type: 'INSTANCE' },
    },
    credentials: { trust: { issuer: 'https://idp.acme.test', audience: 'acme' } },
  },
};

const openId = {
  type: 'OIDC',
  protocol: {
    type: 'OIDC',
    scopes: ['openid'],
    issuer: { url: 'https://idp.acme.test' },
    credentials: { client: { client_id: 'acme', client_secret: 'not-for-fixtures' } },
  },
};

/** An active identity provider of another company. */
export async function provider(org: Org, name: string, type: 'SAML2' | 'OIDC' = 'SAML2') {
  return org.api('POST', '/api/v1/idps', {
    ...(type === 'SAML2' ? saml : openId),
    name: `${name} ${org.run}`,
    policy: { subject: { userNameTemplate: { template: 'idpuser.email' }, matchType: 'USERNAME' } },
  });
}

/** An authorization server for an API. */
export async function server(org: Org, name: string) {
  return org.api('POST', '/api/v1/authorizationServers', {
    name: `${name} ${org.run}`,
    description: 'Tokens of our API',
    audiences: [`api://${name.toLowerCase()}`],
  });
}
