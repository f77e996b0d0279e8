import type {
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  INodeCredentialTestResult,
} from 'n8n-workflow';
import { connect } from '../../../connect.ts';
import { isOktaError } from '../../../errors/errors.ts';
import { inSentences } from '../../../errors/sentences.ts';
import { unsaidCauses } from '../../../errors/unsaid-causes.ts';
import { hintOf } from '../../errors.ts';
import { type Authentication, PACKAGE } from '../names.ts';
import { connectionOfCredential } from './connection.ts';
import { legacyTransport } from './transport.ts';

/** Short, because a user is waiting in front of the form. */
const LIMITS = { maxRetries: 1, maxWaitMs: 10_000, attemptTimeoutMs: 10_000, deadlineMs: 20_000 };

const test = (authentication: Authentication) =>
  async function (
    this: ICredentialTestFunctions,
    { data = {} }: ICredentialsDecrypted,
  ): Promise<INodeCredentialTestResult> {
    const { request } = this.helpers;
    try {
      const client = connect(connectionOfCredential(authentication, data), {
        ...LIMITS,
        userAgent: PACKAGE,
        transport: legacyTransport(request),
      });
      const { ok, problems, org, principal } = await client.test();
      const [problem] = problems;
      const what = inSentences(problem?.message, problem && hintOf(problem));
      if (!ok) return { status: 'Error', message: what };
      const who = principal?.login ?? principal?.id ?? '';
      return {
        status: 'OK',
        message: inSentences(`Connected to ${org?.name ?? client.orgUrl}${who && ` as ${who}`}`, what),
      };
    } catch (error) {
      if (!isOktaError(error)) throw error;
      return { status: 'Error', message: inSentences(error.message, ...unsaidCauses(error), hintOf(error)) };
    }
  };

export const testToken = test('token');
export const testPrivateKey = test('privateKey');
