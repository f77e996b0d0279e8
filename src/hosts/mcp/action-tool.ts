import type { ServerContext, ToolAnnotations } from '@modelcontextprotocol/server';
import { OktaError } from '../../errors/errors.ts';
import type { Progress } from '../../http/types.ts';
import { destructiveness, effectOf } from '../index.ts';
import { ANSWER_BYTES, resultAnswer, textAnswer, toolError } from './answers.ts';
import { askFirst } from './confirm.ts';
import { localInputs } from './local-inputs.ts';
import { pickedItem, shortItem } from './shorten.ts';
import { type Detail, slimTool } from './slim-schema.ts';
import type { McpAction, McpAnswer, McpCall, McpHost, McpOptions, McpScope, McpTool } from './types.ts';

/** Items on a page of a list: by default, and at most. */
const [PAGE, MAX_PAGE] = [20, 200];

/** One action as a tool. */
export function actionTool(action: McpAction, options: McpOptions, detail: Detail): McpTool {
  return {
    name: action.key,
    ...slimTool(action, options, detail),
    annotations: annotationsOf(action, options),
    ...(destructiveness(action) === 'always' ? { alwaysAsks: true } : {}),
    scopeFor: (input) => mcpScopeOf(action, input),
    run: (call, input) => runForClient(call, action, input),
  };
}

/** Hints of the worst case. Those that are the protocol's default are left out. */
function annotationsOf({ effect }: McpAction, { readOnly }: McpOptions): ToolAnnotations {
  if (effect.kind === 'read' || readOnly) return { readOnlyHint: true };
  return {
    ...(effect.destructive ? {} : { destructiveHint: false }),
    ...(effect.idempotent ? { idempotentHint: true } : {}),
  };
}

/** The scope for an input; that of the worst case where the input is not valid. */
export function mcpScopeOf(action: McpAction, input: unknown): McpScope {
  const { kind, destructive } = safely(() => effectOf(action.key, ownInput(action, input))) ?? action.effect;
  if (destructive) return 'mcp:destructive';
  return kind === 'read' ? 'mcp:read' : 'mcp:write';
}

function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** The input without what belongs to the page. */
function ownInput({ list }: McpAction, input: unknown): Record<string, unknown> {
  const { limit, fields, cursor, ...own } = (input ?? {}) as Record<string, unknown>;
  return list ? own : ((input ?? {}) as Record<string, unknown>);
}

/** Runs an action for a client: asks first where that is due, and answers in what a context can hold. */
export async function runForClient(
  call: McpCall,
  action: McpAction,
  input: Record<string, unknown>,
): Promise<McpAnswer> {
  const { host, context } = call;
  try {
    const own = ownInput(action, input);
    refuseLocal(host, action, own);
    const { kind, destructive } = effectOf(action.key, own);
    if (host.options.readOnly && kind !== 'read') throw readOnly(action);
    if (destructive) {
      const question = await askFirst(call, action, own);
      if (question) return question;
    }
    if (action.list) return await listAnswer(call, action, own, input);
    const { signal } = context.mcpReq;
    return resultAnswer(
      host,
      await host.client.run(action.key as string, own, { signal, progress: progressOf(context) }),
    );
  } catch (error) {
    return toolError(host, error);
  }
}

function refuseLocal({ options }: McpHost, action: McpAction, input: Record<string, unknown>): void {
  const given = localInputs(action, options).filter((name) => input[name] !== undefined);
  if (given.length === 0) return;
  throw new OktaError(
    `${given.join(', ')}: names a file of the server, which a client elsewhere cannot use`,
    {
      code: 'invalid_input',
      actor: 'caller',
      hint: 'Leave it out.',
    },
  );
}

const readOnly = ({ key }: McpAction) =>
  new OktaError(`${key} changes something with this input, and this server only reads: nothing was done`, {
    code: 'not_supported',
    actor: 'caller',
    hint: 'Whoever runs the server decided so (--read-only).',
  });

/** One page of a list: whether it is all comes first, then for what it was asked. */
async function listAnswer(
  { host, context }: McpCall,
  action: McpAction,
  own: Record<string, unknown>,
  { limit, fields, cursor }: Record<string, unknown>,
): Promise<McpAnswer> {
  const size = pageSize(limit);
  const picked = textList(fields, 'fields');
  const show = picked ? (item: unknown) => pickedItem(item, picked) : shortItem;
  const { signal } = context.mcpReq;
  const page = await host.lists.page(
    [action.key, own, host.client.orgUrl],
    cursor === undefined || cursor === null ? undefined : String(cursor),
    size,
    (lasting, progress) => host.client.stream(action.key as string, own, { signal: lasting, progress }),
    { signal, progress: progressOf(context) },
    (items) => howManyFit(items.map(show)),
  );
  const items = page.items.map(show);
  return textAnswer({
    partial: page.cursor !== undefined,
    ...(page.cursor === undefined
      ? {}
      : {
          why: 'there are more: pass next as cursor, narrow the inputs, or use count_items',
          next: page.cursor,
        }),
    ...(picked ? {} : { short: 'items have some of their members; fields: ["*"] shows all' }),
    org: host.client.orgUrl,
    input: own,
    count: items.length,
    items,
  });
}

/** At least one, so that a page always goes forward. */
function howManyFit(items: unknown[]): number {
  let bytes = 1_000;
  const over = items.findIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item) ?? '') + 1;
    return bytes > ANSWER_BYTES;
  });
  return over < 0 ? items.length : Math.max(1, over);
}

function pageSize(limit: unknown): number {
  if (limit === undefined || limit === null) return PAGE;
  const size = Number(limit);
  if (Number.isSafeInteger(size) && size > 0) return Math.min(size, MAX_PAGE);
  throw new OktaError('limit must be a whole number above 0', { code: 'invalid_input', actor: 'caller' });
}

/** A list of texts, also as one text with commas. @throws OktaError for anything else. */
export function textList(value: unknown, name: string): string[] | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const list = typeof value === 'string' ? value.split(/[\s,]+/).filter(Boolean) : value;
  if (Array.isArray(list) && list.every((one) => typeof one === 'string'))
    return list.length > 0 ? list : undefined;
  throw new OktaError(`${name} must be a list of texts such as ["id", "profile.login"]`, {
    code: 'invalid_input',
    actor: 'caller',
  });
}

/** Sends progress to a client that asked for it. */
export function progressOf({ mcpReq }: ServerContext): Progress | undefined {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  let progress = 0;
  return (message) => {
    progress += 1;
    const params = { progressToken, progress, message };
    // The client may be gone; the work tells that elsewhere.
    void mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}
