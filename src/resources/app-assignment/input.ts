import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { field, secret } from '../../schema/fields.ts';
import { assertProfile } from '../profile-schema.ts';
import { attributes } from '../reference.ts';
import { appAssignment } from './resource.ts';

/** Attributes of a user in an app, as the app defines them. */
export const appProfileInput = attributes(
  appAssignment,
  field(
    z.record(z.string(), z.unknown()).optional(),
    'Profile',
    'Attributes in the app, as it defines them; others keep their value, null clears one.',
    { department: 'Sales' },
  ),
  'appId',
);

/** How a user signs in to an app. */
export const appCredentialsInput = field(
  z
    .strictObject({
      userName: field(
        z.string().min(1).max(100).optional(),
        'User name',
        'User name in the app; if omitted, Okta makes it from the template of the app.',
        'ana.ruiz',
      ),
      password: field(
        z.strictObject({ value: secret(field(z.string().min(1), 'Value', 'The password.')) }).optional(),
        'Password',
        'Only for apps to which Okta signs in with a password.',
      ),
    })
    .optional(),
  'Credentials',
  'User name and password in the app, where its scheme lets an admin set them.',
  { userName: 'ana.ruiz' },
);

/** Checks attributes against the schema of the app. @throws InputError naming each that does not fit. */
export async function assertAppProfile(
  context: ActionContext,
  appId: string,
  profile: Record<string, unknown> | undefined,
): Promise<void> {
  if (!profile) return;
  // Mappings fill in what is missing, so nothing is required here.
  await assertProfile(await context.attributes(appAssignment, appId), profile, { complete: false });
}
