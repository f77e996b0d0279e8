import { InputError } from '../../errors/errors.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import { isRecord } from '../../schema/record.ts';
import { effectOf } from '../index.ts';
import { mcpScopeOf, runForClient } from './action-tool.ts';
import { resultAnswer, toolError } from './answers.ts';
import { assertGiven } from './lookup-tools.ts';
import { offeredActions } from './offered.ts';
import { slimTool } from './slim-schema.ts';
import type { McpAction, McpCall, McpHost, McpTool } from './types.ts';

/** Actions in one answer of find. */
const FOUND = 8;

type Input = Record<string, unknown>;

const text: JsonSchema = { type: 'string' };
const object: JsonSchema = { type: 'object' };
const run = { action: text, input: object };

/** Three tools in place of one for each action: for clients with small contexts. */
export function compactTools(host: Pick<McpHost, 'manifest' | 'options'>): McpTool[] {
  const actions = new Map(offeredActions(host).map((action) => [action.key, action]));
  const writes =
    [...actions.values()].some(({ effect }) => effect.kind === 'write') && !host.options.readOnly;
  return [
    {
      name: 'find',
      description: 'Finds Okta actions by words; answers keys, inputs and effects',
      inputSchema: { type: 'object', properties: { query: text }, required: ['query'] },
      annotations: { readOnlyHint: true },
      scopeFor: () => 'mcp:read',
      run: (call, { query }) => find(call, [...actions.values()], query),
    },
    {
      name: 'read',
      description: 'Runs an action that changes nothing. Lists: limit, fields ("id,status", "*"), cursor',
      inputSchema: {
        type: 'object',
        properties: { ...run, limit: { type: 'integer' }, fields: text, cursor: text },
        required: ['action'],
      },
      annotations: { readOnlyHint: true },
      scopeFor: () => 'mcp:read',
      run: (call, { action, input, ...page }) =>
        runKind(call, actions, action, { ...asInput(input), ...page }, 'read'),
    },
    ...(writes
      ? [
          {
            name: 'write',
            description:
              'Runs an action that changes something; what cannot be undone is confirmed by the user',
            inputSchema: { type: 'object' as const, properties: run, required: ['action'] },
            annotations: {},
            scopeFor: (input: unknown) => {
              const { action, input: own } = (input ?? {}) as Input;
              const known = actions.get(String(action));
              return known ? mcpScopeOf(known, own) : ('mcp:write' as const);
            },
            run: (call: McpCall, { action, input }: Input) =>
              runKind(call, actions, action, asInput(input), 'write'),
          },
        ]
      : []),
  ];
}

const asInput = (input: unknown): Input => (isRecord(input) ? input : {});

/** The actions with most of the words, each with the inputs that it takes. */
async function find({ host }: McpCall, actions: readonly McpAction[], query: unknown) {
  const words = String(query ?? '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1);
  const ranked = actions
    .map((action) => ({ action, score: scoreOf(action, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, FOUND);
  const found = ranked.map(({ action }) => {
    const { inputSchema } = slimTool(action, host.options, 'inputs');
    const { kind, destructive } = action.effect;
    return {
      action: action.key,
      description: action.description,
      kind,
      ...(destructive ? { destructive } : {}),
      input: inputSchema,
    };
  });
  return resultAnswer(host, found.length > 0 ? found : 'nothing: try other words, such as "group member"');
}

/** Plurals and other endings find the stem, too. */
function scoreOf({ key, title, resource, description }: McpAction, words: readonly string[]): number {
  const [names, about] = [`${key} ${title} ${resource}`.toLowerCase(), description.toLowerCase()];
  const has = (where: string, word: string) =>
    where.includes(word) || where.includes(word.replace(/(es|s|ing|ed)$/, ''));
  return words.reduce((sum, word) => sum + (has(names, word) ? 3 : 0) + (has(about, word) ? 1 : 0), 0);
}

async function runKind(
  call: McpCall,
  actions: ReadonlyMap<string, McpAction>,
  key: unknown,
  input: Input,
  kind: 'read' | 'write',
) {
  try {
    assertGiven(kind, { action: key }, ['action']);
    const action = actions.get(String(key));
    if (!action) {
      throw new InputError(`There is no action ${String(key)}, or this server does not offer it`, {
        code: 'unknown_operation',
        hint: 'Search for it with find.',
      });
    }
    if (kind === 'read') refuseWrite(action, input);
    return await runForClient(call, action, input);
  } catch (error) {
    return toolError(call.host, error);
  }
}

/** Clients let the tool `read` pass without a question. */
function refuseWrite(action: McpAction, input: Input): void {
  const { limit: _, fields: __, cursor: ___, ...own } = input;
  if (effectOf(action.key, action.list ? own : input).kind === 'read') return;
  throw new InputError(`${action.key} changes something with this input: nothing was done`, {
    hint: 'Run it with write.',
  });
}
