import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { factor } from '../../resources/factor/resource.ts';
import { factorSample, factorSchema } from '../../resources/factor/schema.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field, secret } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

/** Providers of the types that are not Okta's own. */
const PROVIDERS: Readonly<Record<string, string>> = {
  ...{ token: 'RSA', 'token:hardware': 'YUBICO', 'token:hotp': 'CUSTOM', u2f: 'FIDO', webauthn: 'FIDO' },
};

const passCode = (title: string, description: string) =>
  secret(field(z.string().min(1).optional(), title, description, '123456'));

export const enrollFactor = defineAction({
  key: 'enroll_factor',
  resource: factor,
  title: 'Enroll factor',
  description:
    'Enrolls a factor for a user. Phones, e-mail, apps and keys are PENDING_ACTIVATION until they are activated with a code. Okta sends one SMS or call to a number every 30 seconds: the action waits for that.',
  docsUrl: docsOf('UserFactor', 'enrollFactor'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    userId: ref(user),
    factorType: field(
      labelled(
        z.enum([
          ...['call', 'email', 'push', 'question', 'sms', 'token', 'token:hardware'],
          ...['token:hotp', 'token:software:totp', 'u2f', 'webauthn'],
        ] as const),
        {
          email: 'E-mail',
          question: 'Security question',
          'token:hardware': 'Hardware token',
          'token:hotp': 'Token (HOTP)',
          'token:software:totp': 'Authenticator app (TOTP)',
          webauthn: 'Security key or passkey (WebAuthn)',
        },
      ),
      'Type',
      'What kind of factor. Okta FastPass cannot be enrolled by an API.',
      'sms',
    ),
    provider: field(
      labelled(z.enum(['CUSTOM', 'FIDO', 'GOOGLE', 'OKTA', 'RSA', 'SYMANTEC', 'YUBICO']), {
        YUBICO: 'Yubico',
      }).optional(),
      'Provider',
      'GOOGLE for Google Authenticator, SYMANTEC for VIP tokens; may be omitted for all others.',
      'OKTA',
    ),
    profile: field(
      z
        .looseObject({
          phoneNumber: field(z.string().optional(), 'Phone number', 'For sms and call.', '+15554151337'),
          phoneExtension: field(z.string().optional(), 'Phone extension', 'For call.', '1234'),
          email: field(
            z.string().optional(),
            'E-mail',
            'For email; if omitted, the primary e-mail.',
            'ana.ruiz@acme.test',
          ),
          question: field(z.string().optional(), 'Question', 'Key of the question.', 'disliked_food'),
          answer: secret(field(z.string().optional(), 'Answer', 'Four characters or more.', 'meatball')),
          credentialId: field(z.string().optional(), 'Credential', 'For token.', 'VSMT14393584'),
          sharedSecret: secret(field(z.string().optional(), 'Shared secret', 'For token:hotp.', '484f97be')),
        })
        .optional(),
      'Profile',
      'What the type needs.',
      { phoneNumber: '+15554151337' },
    ),
    verify: field(
      z
        .strictObject({
          passCode: passCode('Code', 'The code that the token shows.'),
          nextPassCode: passCode('Next code', 'The code after that, for SYMANTEC.'),
        })
        .optional(),
      'Verification',
      'For token and token:hardware.',
      { passCode: '123456' },
    ),
    factorProfileId: field(
      z.string().min(1).optional(),
      'Factor profile',
      'Id of the profile of the tokens, for token:hotp; the Admin Console shows it.',
      'fpr1abcdefghijklmnop',
    ),
    activate: field(
      z.boolean().optional(),
      'Activate',
      'Activate sms, call, email and token:hotp at once, without a message to the user.',
      true,
    ),
    updatePhone: field(
      z.boolean().optional(),
      'Update phone',
      'Replace the phone number that the user registered, unless its factor is active.',
      true,
    ),
    templateId: field(
      z.string().min(1).optional(),
      'SMS template',
      'Id of a custom SMS template; the default one if it does not exist.',
      'cst1abcdefghijklmnop',
    ),
    tokenLifetimeSeconds: field(
      z.int().min(1).max(86_400).optional(),
      'Code lifetime',
      'Seconds for which the code that Okta sends is valid; 300 by default.',
      600,
    ),
  }),
  output: factorSchema,
  request: {
    method: 'POST',
    path: '/api/v1/users/{userId}/factors',
    query: ['activate', 'updatePhone', 'templateId', 'tokenLifetimeSeconds'],
    body: ({ factorType, provider, profile, verify, factorProfileId }) => ({
      ...{ factorType, provider: provider ?? PROVIDERS[factorType] ?? 'OKTA' },
      ...{ profile, verify, factorProfileId },
    }),
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', factorType: 'sms', profile: { phoneNumber: '+15554151337' } },
    output: { ...factorSample, id: 'mbl1abcdefghijklmnop', factorType: 'sms', status: 'PENDING_ACTIVATION' },
  },
});
