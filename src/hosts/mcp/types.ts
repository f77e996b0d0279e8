import type {
  CallToolResult,
  InputRequiredResult,
  RequestStateCodec,
  ServerContext,
  ToolAnnotations,
} from '@modelcontextprotocol/server';
import type { Client } from '../../client.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import type { HeldLists } from './held-lists.ts';

export type McpAction = Manifest['actions'][number];

/** What an operator decides about the server; the safe choice is the default of each. */
export interface McpOptions {
  /** Offer and run only what changes nothing. */
  readOnly?: boolean;
  /** Keys of resources: only tools about these are offered. Default: all. */
  toolsets?: readonly string[];
  /** What cannot be undone: ask the person at the client, or never do it. Nothing is ever confirmed by the model. */
  confirm?: 'ask' | 'never';
  /** Three tools (find, read, write) instead of one for each action. */
  compact?: boolean;
  /** Clients are elsewhere: inputs that name a file of this machine are left out. */
  remote?: boolean;
}

/** A question to the person at the client: for which call, and an id that can be answered once. */
export interface AskedQuestion {
  call: string;
  once: string;
}

/** Questions to people, and which of them were answered when. */
export interface Confirmations {
  codec: RequestStateCodec<AskedQuestion>;
  answered: Map<string, number>;
}

/** What all connections to one server share. */
export interface McpHost {
  client: Client;
  manifest: Manifest;
  options: McpOptions;
  lists: HeldLists;
  confirmations: Confirmations;
}

/** One request of a client. */
export interface McpCall {
  host: McpHost;
  context: ServerContext;
  /** Whether the client can ask its user. */
  canAsk: boolean;
}

export type McpAnswer = CallToolResult | InputRequiredResult;

/** What a tool needs of the access token of a remote client. */
export type McpScope = 'mcp:read' | 'mcp:write' | 'mcp:destructive';

export interface McpTool {
  name: string;
  description: string;
  inputSchema: JsonSchema & { type: 'object' };
  annotations: ToolAnnotations;
  /** Always asks first: of no use to clients that cannot ask. */
  alwaysAsks?: boolean;
  /** The scope for this input. */
  scopeFor(input: unknown): McpScope;
  run(call: McpCall, input: Record<string, unknown>): Promise<McpAnswer>;
}
