import { z } from 'zod';
import { defineResource } from '../../define.ts';
import { field, present, timestamp } from '../../schema/fields.ts';

/** An authenticator as Okta returns it. */
export const authenticatorSchema = z.looseObject({
  id: field(z.string(), 'Authenticator ID', 'Unique id.', 'aut1abcdefghijklmnop'),
  key: present(field(z.string(), 'Key', 'Which authenticator it is.', 'okta_verify')),
  type: present(field(z.string(), 'Type', 'app, email, password, phone, security_key and others.', 'app')),
  name: present(field(z.string(), 'Name', 'Shown to users.', 'Okta Verify')),
  status: present(field(z.string(), 'Status', 'ACTIVE or INACTIVE.', 'ACTIVE')),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

/** A way to prove an identity that the org offers to its users. */
export const authenticator = defineResource({
  key: 'authenticator',
  title: 'Authenticator',
  job: 'rules',
  scopes: ['okta.authenticators.read'],
  schema: authenticatorSchema,
});
