import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { awaitPush, pushFactorOf, sendPush } from '../../resources/factor/push.ts';
import { factor } from '../../resources/factor/resource.ts';
import { ref } from '../../resources/reference.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field } from '../../schema/fields.ts';

export const runPushVerification = defineAction({
  key: 'run_push_verification',
  resource: factor,
  title: 'Run push verification',
  description:
    'Sends a push to the phone of a user and waits for the answer: SUCCESS, REJECTED, TIMEOUT or CANCELLED. Only SUCCESS means that the user approved. Someone who calls the help desk can be verified this way.',
  docsUrl: docsOf('UserFactor', 'verifyFactor'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    userId: ref(user),
    factorId: ref(factor, {
      description: 'The push factor; may be omitted if the user has one that is active.',
    }).optional(),
    useNumberMatchingChallenge: field(
      z.boolean().optional(),
      'Number challenge',
      'The user must choose the right number on the phone: tell it to the user. It is in the progress and in correctAnswer.',
      true,
    ),
    timeoutSeconds: field(
      z.int().min(4).max(300).default(300),
      'Timeout',
      'Seconds to wait. Okta keeps a push open for five minutes, even if the action waits for less.',
      60,
    ),
  }),
  output: z.looseObject({
    userId: field(z.string(), 'User', 'The user as given in the input.', 'ana.ruiz@acme.test'),
    factorId: field(z.string(), 'Factor ID', 'The factor that was asked.', 'opf1abcdefghijklmnop'),
    factorResult: field(
      z.string(),
      'Result',
      'SUCCESS if the user approved; REJECTED, TIMEOUT, CANCELLED or another word of Okta otherwise.',
      'SUCCESS',
    ),
    correctAnswer: field(z.int().optional(), 'Correct answer', 'The number that the user had to choose.', 72),
  }),
  calls: [
    'GET /api/v1/users/{userId}/factors/{factorId}',
    'POST /api/v1/users/{userId}/factors/{factorId}/verify',
    'GET /api/v1/users/{userId}/factors/{factorId}/transactions/{transactionId}',
  ],
  async run(context, { userId: reference, factorId: given, useNumberMatchingChallenge, timeoutSeconds }) {
    const userId = await userRef(context, reference);
    const factorId = await pushFactorOf(context, userId, given);
    const push = await sendPush(context, { userId, factorId }, useNumberMatchingChallenge);
    const factorResult = await awaitPush(context, push, timeoutSeconds * 1000);
    const { correctAnswer } = push;
    return {
      userId: reference,
      factorId,
      factorResult,
      ...(correctAnswer === undefined ? {} : { correctAnswer }),
    };
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', useNumberMatchingChallenge: true },
    output: {
      userId: 'ana.ruiz@acme.test',
      factorId: 'opf1abcdefghijklmnop',
      factorResult: 'SUCCESS',
      correctAnswer: 72,
    },
  },
});
