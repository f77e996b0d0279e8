import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  type CallToolResult,
  createRequestStateCodec,
  type ElicitRequestFormParams,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { OktaError } from '../../errors/errors.ts';
import { MASK, secretsIn } from '../../errors/redact.ts';
import { canonical } from '../../schema/record.ts';
import type { AskedQuestion, Confirmations, McpAction, McpCall } from './types.ts';

/** How long a question can be answered. */
const SECONDS = 300;
/** Characters of the input in a question. */
const SHOWN = 400;

/** The secret that signs questions lives as long as the process. */
export function openConfirmations(): Confirmations {
  const codec = createRequestStateCodec<AskedQuestion>({
    key: randomBytes(32),
    ttlSeconds: SECONDS,
    bind: (context) => context.http?.authInfo?.token ?? '',
  });
  return { codec, answered: new Map() };
}

/**
 * Asks the person at the client whether to go on.
 * @returns the question to send, or nothing when they said yes to exactly this call.
 * @throws OktaError `not_supported` when nobody can be asked, `aborted` for any other answer or none.
 */
export async function askFirst(
  { host, context, canAsk }: McpCall,
  action: McpAction,
  input: unknown,
): Promise<CallToolResult | InputRequiredResult | undefined> {
  const { confirmations, options, client } = host;
  if (options.confirm === 'never') {
    throw refusal(`${action.key} cannot be undone, and this server does nothing that cannot be undone`, {
      hint: 'Whoever runs the server decided so (--confirm never).',
    });
  }
  if (!canAsk) {
    throw refusal(`${action.key} cannot be undone, and this client cannot ask its user for a confirmation`, {
      hint: 'Use a client that supports elicitation, or the command line. A confirmation by the model does not count.',
    });
  }
  const question = {
    message: `${action.title} in ${client.orgUrl}? This cannot be undone. ${shown(input)}`,
    requestedSchema: {
      type: 'object' as const,
      properties: { confirm: { type: 'boolean' as const, title: `Yes: ${action.title}` } },
      required: ['confirm'],
    },
  };
  const { envelope, inputResponses } = context.mcpReq;
  if (envelope === undefined) {
    assertYes(await askedMeanwhile(context, question), action);
    return undefined;
  }
  const call = createHash('sha256')
    .update(`${action.key}\n${canonical(input)}`)
    .digest('base64url');
  const answer = inputResponse(inputResponses, 'confirm');
  if (answer.kind !== 'elicit') {
    const asked: AskedQuestion = { call, once: randomUUID() };
    return inputRequired({
      inputRequests: { confirm: inputRequired.elicit(question) },
      requestState: await confirmations.codec.mint(asked, context),
    });
  }
  const asked = context.mcpReq.requestState<AskedQuestion>();
  if (asked?.call !== call || !isFirstAnswer(confirmations, asked.once)) {
    throw refusal('The confirmation came too late, is for another call, or was used already', {
      hint: 'Call the tool again.',
    });
  }
  assertYes(answer, action);
  return undefined;
}

/** A client of 2025-11-25 is asked while its call waits. @throws OktaError `aborted` when no answer comes in time. */
async function askedMeanwhile({ mcpReq }: ServerContext, question: ElicitRequestFormParams) {
  const { signal } = mcpReq;
  const request = { method: 'elicitation/create' as const, params: question };
  return mcpReq.send(request, { timeout: SECONDS * 1_000, signal }).catch(({ message }: Error) => {
    throw unconfirmed(`The user gave no answer (${message})`);
  });
}

function assertYes(answer: { action: string; content?: Record<string, unknown> }, { key }: McpAction): void {
  if (answer.action !== 'accept' || answer.content?.confirm !== true)
    throw unconfirmed(`The user did not confirm ${key}`);
}

const unconfirmed = (message: string) =>
  new OktaError(`${message}: nothing was done`, {
    code: 'aborted',
    actor: 'caller',
    hint: 'Do not try again unless the user asks for it.',
  });

const refusal = (message: string, { hint }: { hint: string }) =>
  new OktaError(`${message}: nothing was done`, { code: 'not_supported', actor: 'caller', hint });

function isFirstAnswer({ answered }: Confirmations, once: string): boolean {
  const now = Date.now();
  for (const [id, at] of answered) if (now - at > SECONDS * 1_000) answered.delete(id);
  if (answered.has(once)) return false;
  answered.set(once, now);
  return true;
}

/** The input for a person: one line, without secrets. */
function shown(input: unknown): string {
  const secrets = new Set(secretsIn(input));
  const text = JSON.stringify(input, (_, value) => (secrets.has(value) ? MASK : value));
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
