import { fileURLToPath } from 'node:url';
import { Client, type ClientOptions, InMemoryTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Connection } from '../../../src/auth/connection.ts';
import { connect } from '../../../src/connect.ts';
import { openMcp } from '../../../src/hosts/mcp/server.ts';
import type { McpOptions } from '../../../src/hosts/mcp/types.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import type { ConnectOptions } from '../../../src/session/options.ts';

export { connectionOf } from '../../support/okta.ts';

export const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** Both eras of the protocol. */
export const ERAS = ['legacy', 'auto'] as const;
export type Era = (typeof ERAS)[number];

export type UserAnswer = {
  action: 'accept' | 'decline' | 'cancel';
  content?: Record<string, string | boolean>;
};

export interface Opened {
  client: Client;
  /** What the user was asked. */
  asked: string[];
  close(): Promise<void>;
}

export interface Opening {
  era?: Era;
  /** What the user answers; left out if the client cannot ask. */
  answer?: (question: string) => UserAnswer | Promise<UserAnswer>;
}

export const yes = (): UserAnswer => ({ action: 'accept', content: { confirm: true } });

export const environmentOf = ({ orgUrl, apiToken }: Sandbox): Record<string, string> => ({
  OKTA_CLIENT_ORGURL: orgUrl,
  OKTA_CLIENT_TOKEN: apiToken,
});

/** The official client, with or without a user who can be asked. */
export function clientOf({ era = 'auto', answer }: Opening): { client: Client; asked: string[] } {
  const asked: string[] = [];
  const options: ClientOptions = {
    versionNegotiation: { mode: era },
    ...(answer ? { capabilities: { elicitation: { form: {} } } } : {}),
  };
  const client = new Client({ name: 'test', version: '1' }, options);
  if (answer)
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      asked.push(params.message);
      return answer(params.message);
    });
  return { client, asked };
}

/** The server that `mcp` starts, in this process: the same entry, with a transport in memory. */
export async function inProcess(
  connection: Connection,
  opening: Opening & { mcp?: McpOptions; connect?: ConnectOptions } = {},
): Promise<Opened> {
  const okta = connect(connection, opening.connect);
  const mcp = openMcp(okta, opening.mcp ?? {});
  const [here, there] = InMemoryTransport.createLinkedPair();
  const server = serveStdio(mcp.factory, { transport: there as never });
  const { client, asked } = clientOf(opening);
  await client.connect(here);
  const close = async () => {
    await client.close();
    await server.close();
    mcp.close();
    okta.close();
  };
  return { client, asked, close };
}

/** Starts the command from its source, and connects the official client to it by stdio. */
export async function overStdio(
  env: Record<string, string>,
  args: string[] = [],
  opening: Opening = {},
): Promise<Opened & { stderr(): string }> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [main, 'mcp', ...args],
    env: { PATH: process.env.PATH ?? '', ...env },
    stderr: 'pipe',
  });
  let text = '';
  transport.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  const { client, asked } = clientOf(opening);
  await client.connect(transport, { timeout: 120_000 });
  return { client, asked, stderr: () => text, close: () => client.close() };
}

// biome-ignore lint/suspicious/noExplicitAny: answers have many shapes
type Answer = any;

/** Calls a tool: its answer as data, and whether it is an error. */
export async function called(
  client: Client,
  name: string,
  input: Record<string, unknown> = {},
  options = {},
) {
  const result = await client.callTool({ name, arguments: input }, options);
  const [first] = result.content as { type: string; text: string }[];
  const text = first?.text ?? 'null';
  return { isError: result.isError === true, answer: JSON.parse(text) as Answer, text };
}
