import {
  type GetPromptResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
} from '@modelcontextprotocol/server';
import type { Manifest } from '../../manifest/manifest.ts';
import type { OktaResources } from './resources.ts';
import type { McpHost } from './types.ts';

interface PromptArgument {
  name: string;
  description: string;
  required: boolean;
  /** Drop-down that completes it. */
  options?: string;
}

/** A task that people start by name. */
interface PromptDefinition {
  name: string;
  title: string;
  description: string;
  args: PromptArgument[];
  /** Actions that the text tells to use: without one of them the task is not offered. */
  uses: string[];
  text(given: Record<string, string>): string;
}

const user: PromptArgument = { name: 'user', description: 'Id or login', required: true, options: 'users' };
const app: PromptArgument = { name: 'app', description: 'Id or label', required: true, options: 'apps' };

export const MCP_PROMPTS: readonly PromptDefinition[] = [
  {
    name: 'offboard',
    title: 'Offboard a user',
    description: 'Takes all access from a user who leaves, after a dry run',
    args: [user],
    uses: ['get_user', 'offboard_user'],
    text: ({ user }) =>
      `The user ${user} leaves. Read the user with get_user and show me who it is. Then run offboard_user with dryRun true and the
steps suspend, clear_sessions, remove_roles, remove_from_groups, unassign_apps, deactivate. Show me what would change and wait for my
answer before you run it without dryRun. At the end, list what was done and what was not.`,
  },
  {
    name: 'who_can_reach_app',
    title: 'Who can reach this app',
    description: 'Lists who has an app, directly and by groups',
    args: [app],
    uses: ['get_app', 'list_app_users', 'list_app_groups', 'list_group_members'],
    text: ({ app }) =>
      `Who can reach the app ${app}? Read it with get_app, count its users with count_items (tool list_app_users) and list its groups with
list_app_groups. Tell users who are assigned directly (scope USER) from those of groups. If there are few, name them (list_app_users,
list_group_members); if a list is partial, say how many are not shown.`,
  },
  {
    name: 'why_was_sign_in_denied',
    title: 'Why was this sign-in denied',
    description: 'Finds the cause of a failed sign-in and who can remove it',
    args: [user, { ...app, required: false }],
    uses: ['get_user', 'diagnose_sso', 'list_user_factors'],
    text: ({ user, app }) =>
      `Why can ${user} not sign in${app ? ` to ${app}` : ''}? Read the user with get_user (its status may say it). Look at recent_events with
trigger new_event, input {"actor": ${JSON.stringify(user)}} and outcomes FAILURE and DENY: a policy that blocks is DENY, not FAILURE.
${app ? `Run diagnose_sso with appId ${JSON.stringify(app)} and user ${JSON.stringify(user)}. ` : ''}Check list_user_factors if a factor is asked for. Tell me the most likely cause with its evidence, and who can
remove it. Change nothing.`,
  },
];

/** The prompts whose tools are there. */
export const promptsFor = (tools: ReadonlySet<string>): PromptDefinition[] =>
  MCP_PROMPTS.filter(({ uses }) => uses.every((name) => tools.has(name)));

/** Characters of an argument. */
const ARGUMENT = 300;

/** Prompts, and the completion of their arguments and of resources. */
export function attachPrompts(
  server: Server,
  prompts: readonly PromptDefinition[],
  { manifest }: McpHost,
  resources: OktaResources,
): void {
  server.setRequestHandler('prompts/list', () => ({
    prompts: prompts.map(({ name, title, description, args }) => ({
      ...{ name, title, description },
      arguments: args.map(({ options: _, ...one }) => one),
    })),
  }));
  server.setRequestHandler('prompts/get', ({ params }): GetPromptResult => {
    const prompt = prompts.find(({ name }) => name === params.name);
    if (!prompt)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no prompt ${params.name}`);
    const given = Object.fromEntries(
      Object.entries(params.arguments ?? {}).map(([name, value]) => [name, String(value).slice(0, ARGUMENT)]),
    );
    const missing = prompt.args
      .filter(({ name, required }) => required && !given[name])
      .map(({ name }) => name);
    if (missing.length > 0)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `${prompt.name} needs ${missing.join(' and ')}`,
      );
    const text = prompt.text(given).replaceAll('\n', ' ');
    return { description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text } }] };
  });
  server.setRequestHandler('completion/complete', async ({ params: { ref, argument } }) => {
    const options =
      ref.type === 'ref/prompt'
        ? prompts.find(({ name }) => name === ref.name)?.args.find(({ name }) => name === argument.name)
            ?.options
        : optionsOfTemplate(manifest, ref.uri);
    // A list that the connection may not read completes nothing.
    const values =
      options === undefined ? [] : await resources.suggest(options, argument.value).catch(() => []);
    return { completion: { values } };
  });
}

const optionsOfTemplate = ({ options }: Manifest, uri: string): string | undefined =>
  options.find(({ key }) => uri === `okta://${key}/{id}`)?.key;
