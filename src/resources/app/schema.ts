import { z } from 'zod';
import { field, present, secret, timestamp } from '../../schema/fields.ts';

const members = z.record(z.string(), z.unknown()).optional();

/** An app as Okta returns it where it is read: without the secret of its OAuth client. */
export const appSchema = z.looseObject({
  id: field(z.string(), 'App ID', 'Unique id.', '0oa1abcdefghijklmnop'),
  name: field(z.string().optional(), 'Name', 'Key of the template or of the catalogue entry.', 'oidc_client'),
  label: present(field(z.string(), 'Label', 'Display name.', 'Nightly sync')),
  status: present(field(z.string(), 'Status', 'ACTIVE or INACTIVE.', 'ACTIVE')),
  signOnMode: field(z.string().nullish(), 'Sign-on mode', 'How people sign in to it.', 'OPENID_CONNECT'),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
  settings: field(members, 'Settings', 'Settings of the app and of its sign-on mode.', {
    oauthClient: { application_type: 'service' },
  }),
  credentials: field(members, 'Credentials', 'Scheme, user name template, signing key and OAuth client.', {
    signing: { kid: 'SIMcCQNY3uwXoW3y0vf6VxiBb5n9pf8L2fK8d-F1bm4' },
  }),
  profile: field(members, 'Profile', 'Custom attributes of the app itself.', { owner: 'Sales' }),
});

/** An app as Okta returns it where it is written: also with the secret of its OAuth client, if it has one. */
export const writtenAppSchema = appSchema.extend({
  credentials: field(
    z
      .looseObject({
        oauthClient: z
          .looseObject({
            client_id: field(z.string().optional(), 'Client ID', 'OAuth client id.', '0oa1abcdefghijklmnop'),
            client_secret: secret(
              field(z.string().optional(), 'Client secret', 'OAuth client secret; no later read returns it.'),
            ),
          })
          .optional(),
      })
      .optional(),
    'Credentials',
    'Scheme, user name template, signing key and OAuth client.',
    { oauthClient: { client_id: '0oa1abcdefghijklmnop' } },
  ),
});

/** Members of an app that Okta returns, but does not take. */
export const APP_READ_ONLY = ['orn', 'universalLogout', 'status', 'features'];

/** An app with invented data, for samples. */
export const appSample = {
  id: '0oa1abcdefghijklmnop',
  name: 'bookmark',
  label: 'Company wiki',
  status: 'ACTIVE',
  signOnMode: 'BOOKMARK',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
  settings: { app: { requestIntegration: false, url: 'https://wiki.acme.test/' } },
};
