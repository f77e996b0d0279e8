import { InputError } from '../../errors/errors.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import { isRecord } from '../../schema/record.ts';
import { progressOf, textList } from './action-tool.ts';
import { resultAnswer, textAnswer, toolError } from './answers.ts';
import { hiddenBecause, offeredActions } from './offered.ts';
import { pickedItem, shortItem } from './shorten.ts';
import type { McpAction, McpCall, McpTool } from './types.ts';

/** Counting stops here: more pages would use up the rate limit for a number. */
const MAX_COUNT = 10_000;
/** Events that are read at most. */
const MAX_EVENTS = 100;

type Input = Record<string, unknown>;

interface Lookup {
  name: string;
  description: string;
  properties: Record<string, JsonSchema>;
  required?: string[];
  run(call: McpCall, input: Input): Promise<unknown>;
}

const text: JsonSchema = { type: 'string' };
const object: JsonSchema = { type: 'object' };

/** Triggers whose recent items can be read with a few requests: those about events of the log. */
const eventTriggers = ({ triggers }: Manifest) =>
  triggers.filter(
    ({ kind, output, ...one }) => kind === 'polling' && !('mappings' in one) && isEvent(output),
  );

/** Whether items are events of the log, which those of a trigger that no hook delivers can be, too. */
const isEvent = ({ properties }: Manifest['triggers'][number]['output']) =>
  isRecord(properties) && Object.hasOwn(properties, 'event');

/** Tools that help to call the others. */
export function lookupTools(manifest: Manifest): McpTool[] {
  const lists = manifest.options.map(({ key }) => key);
  const withAttributes = [
    ...new Set(
      manifest.actions.flatMap(({ attributes }) => Object.values(attributes).map((one) => one.resource)),
    ),
  ];
  const lookups: Lookup[] = [
    {
      name: 'describe_tool',
      description:
        'All about a tool: each input with an example, scopes, what it does; without tool: which tools are hidden, and why',
      properties: { tool: text },
      run: async ({ host, canAsk }, { tool }) => {
        if (tool === undefined) return hiddenBecause(host, canAsk);
        const { key, description, docsUrl, scopes, effect, effectWhen, input, sample } = found(
          manifest,
          tool,
        );
        return { tool: key, description, docsUrl, scopes, effect, effectWhen, input, example: sample.input };
      },
    },
    {
      name: 'list_options',
      description: 'Ids and names for an input, such as groupId',
      properties: { list: { type: 'string', enum: lists }, search: text, cursor: text, within: object },
      required: ['list'],
      run: ({ host, context }, { list, search, cursor, within }) =>
        host.client.options(
          String(list),
          {
            search: optionalText(search),
            cursor: optionalText(cursor),
            within: isRecord(within) ? (within as Record<string, string>) : undefined,
          },
          { signal: context.mcpReq.signal },
        ),
    },
    {
      name: 'list_attributes',
      description: 'Attributes that the org defines for profiles',
      properties: { resource: { type: 'string', enum: withAttributes }, type: text },
      run: ({ host }, { resource = 'user', type }) =>
        host.client.fields(optionalText(type), { resource: String(resource) }),
    },
    {
      name: 'count_items',
      description: `How many items a list tool has for an input, up to ${MAX_COUNT}`,
      properties: { tool: text, input: object },
      required: ['tool'],
      run: countItems,
    },
    {
      name: 'recent_events',
      description:
        'Latest events of the System Log, newest first. Failed sign-ins: outcomes FAILURE and DENY (blocked by a policy)',
      properties: {
        trigger: { type: 'string', description: 'new_event, sign_in_failed, user_created, ...' },
        input: object,
        outcomes: { type: 'array', items: text },
        limit: { type: 'integer' },
        fields: text,
      },
      required: ['trigger'],
      run: recentEvents,
    },
    {
      name: 'check_connection',
      description:
        'Who the connection acts as, its scopes, and which tools it cannot use for want of a scope or role',
      properties: {},
      run: async ({ host, context }) => {
        const report = await host.client.test({ signal: context.mcpReq.signal });
        const { actions, reads: _, ...rest } = report;
        const cannot: Record<string, string[]> = {};
        for (const { key, can, reason = 'unknown' } of actions) {
          if (can) continue;
          cannot[reason] ??= [];
          cannot[reason].push(key);
        }
        return { ...rest, cannot };
      },
    },
  ];
  return lookups.map(lookupTool);
}

const lookupTool = ({ name, description, properties, required, run }: Lookup): McpTool => ({
  ...{ name, description },
  inputSchema: { type: 'object', properties, ...(required ? { required } : {}) },
  annotations: { readOnlyHint: true },
  scopeFor: () => 'mcp:read',
  async run(call, input) {
    try {
      assertGiven(name, input, required);
      const result = await run(call, input);
      return isRecord(result) && 'partial' in result ? textAnswer(result) : resultAnswer(call.host, result);
    } catch (error) {
      return toolError(call.host, error);
    }
  },
});

/** @throws InputError naming the required inputs that are missing, as for an action. */
export function assertGiven(tool: string, input: Input, required: readonly string[] = []): void {
  const missing = required.filter((name) => optionalText(input[name]) === undefined);
  if (missing.length === 0) return;
  throw new InputError(`The input of ${tool} is not valid`, {
    causes: missing.map((name) => `${name}: is required`),
  });
}

const optionalText = (value: unknown): string | undefined =>
  value === undefined || value === null || value === '' ? undefined : String(value);

/** @throws InputError naming what there is. */
function found({ actions }: Manifest, tool: unknown): McpAction {
  const action = actions.find(({ key }) => key === tool);
  if (action) return action;
  throw new InputError(`There is no tool ${String(tool)} that has a description of its own`, {
    code: 'unknown_operation',
    hint: 'Use a name of the list of tools.',
  });
}

async function countItems({ host, context }: McpCall, { tool, input }: Input): Promise<unknown> {
  const action = offeredActions(host).find(({ key }) => key === tool);
  if (!action?.list) {
    throw new InputError(`There is no list ${String(tool)}`, {
      hint: 'Give the name of a tool that returns a list.',
    });
  }
  const own = isRecord(input) ? input : {};
  const { signal } = context.mcpReq;
  let count = 0;
  let partial = false;
  for await (const _ of host.client.stream(action.key as string, own, {
    signal,
    progress: progressOf(context),
  })) {
    if (count === MAX_COUNT) {
      partial = true;
      break;
    }
    count += 1;
  }
  const why = partial ? { why: `there are more than ${MAX_COUNT}: narrow the inputs` } : {};
  return { partial, ...why, org: host.client.orgUrl, input: own, count };
}

/** Several outcomes are asked for one by one, because Okta's filter of a trigger takes one. */
async function recentEvents({ host, context }: McpCall, input: Input): Promise<unknown> {
  const { trigger, outcomes, limit = 20, fields } = input;
  const picked = textList(fields, 'fields');
  const known = eventTriggers(host.manifest).find(({ key }) => key === trigger);
  if (!known) {
    const keys = eventTriggers(host.manifest).map(({ key }) => key);
    throw new InputError(`There are no events ${String(trigger)}`, { hint: `There are ${keys.join(', ')}.` });
  }
  const own = isRecord(input.input) ? input.input : {};
  const size = Math.max(1, Math.min(Number(limit) || 20, MAX_EVENTS));
  const asked =
    Array.isArray(outcomes) && outcomes.length > 0 ? outcomes.map((outcome) => ({ ...own, outcome })) : [own];
  const { signal } = context.mcpReq;
  const found = await Promise.all(
    asked.map((one) => host.client.sample(known.key as string, one, { limit: size + 1, signal })),
  );
  const all = found.flat().sort((a, b) => String(b.published).localeCompare(String(a.published)));
  const partial = all.length > size;
  return {
    partial,
    ...(partial
      ? { why: `only the latest ${size}: give another limit (up to ${MAX_EVENTS}), or narrow the input` }
      : {}),
    org: host.client.orgUrl,
    input: outcomes === undefined ? own : { ...own, outcomes },
    count: Math.min(all.length, size),
    items: all.slice(0, size).map((item) => (picked ? pickedItem(item, picked) : shortItem(item))),
  };
}
