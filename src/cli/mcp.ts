import { Console } from 'node:console';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { InputError } from '../errors/errors.ts';
import type { McpSignIn } from '../hosts/mcp/bearer.ts';
import { MCP_PATH, type McpHttp, serveMcpHttp } from '../hosts/mcp/http.ts';
import { type OktaMcp, openMcp } from '../hosts/mcp/server.ts';
import { deferred } from '../http/deferred.ts';
import { type ConnectionFlags, openClient } from './client.ts';
import { serveHttp, warnIfReadable } from './http-server.ts';
import { note } from './output.ts';
import { onInterrupt } from './signals.ts';
import { assertNone } from './usage.ts';

interface McpFlags extends ConnectionFlags {
  readOnly?: boolean;
  toolsets?: string[];
  confirm: 'ask' | 'never';
  compact?: boolean;
  http?: number;
  host?: string;
  publicUrl?: string;
  issuer?: string;
  audience?: string;
}

const onerror = (error: Error) => note(`MCP: ${error.message}`);

/**
 * Serves MCP until the client ends the connection or a signal arrives: by stdio, stdout has nothing but the protocol.
 * @throws InputError for a connection, a toolset, an address or an authorization server that cannot be used.
 */
export async function mcpCommand(flags: McpFlags): Promise<void> {
  const { readOnly, toolsets, confirm, compact, http } = flags;
  if (http === undefined) assertNone(flags, ['host', 'publicUrl', 'issuer', 'audience'], 'needs --http');
  // A line of a library on stdout would end the connection.
  globalThis.console = new Console(process.stderr, process.stderr);
  const signIn = http === undefined ? undefined : signInOf(flags);
  const signal = onInterrupt();
  const client = await openClient(flags);
  try {
    const mcp = openMcp(client, { readOnly, toolsets, confirm, compact, remote: http !== undefined });
    try {
      await (signIn ? overHttp(mcp, signIn, flags, signal) : overStdio(mcp, signal));
    } finally {
      mcp.close();
    }
  } finally {
    client.close();
  }
}

async function overStdio({ factory }: OktaMcp, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = deferred<void>();
  // The SDK ends the connection then; whoever started the command waits for the process.
  process.stdin.once('close', resolve).once('end', resolve);
  process.stdout.once('error', () => resolve());
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (signal.aborted) resolve();
  const server = serveStdio(factory, { transport: new StdioServerTransport(), onerror });
  await promise;
  await server.close();
}

async function overHttp(
  mcp: OktaMcp,
  signIn: McpSignIn,
  flags: McpFlags,
  signal: AbortSignal,
): Promise<void> {
  const { http: port = 0, host = '127.0.0.1', publicUrl } = flags;
  let service: McpHttp | undefined;
  const unready = () => new Response(undefined, { status: 503 });
  const server = await serveHttp((request) => service?.fetch(request) ?? unready(), { port, host });
  try {
    service = await serveMcpHttp(mcp, { publicUrl: publicUrl ?? server.url, signIn, onerror });
    note(`MCP at ${new URL(MCP_PATH, publicUrl ?? server.url)}; Ctrl-C ends it.`);
    warnIfReadable(server.url, publicUrl);
    if (!signal.aborted) await once(signal, 'abort');
    await service.close();
  } finally {
    await server.stop();
  }
}

/** Tokens of an authorization server, or a key: that of the environment, or a new one, which is shown once. */
function signInOf({ issuer, audience }: McpFlags): McpSignIn {
  if (issuer !== undefined && audience !== undefined) return { issuer, audience };
  if (issuer !== undefined || audience !== undefined) {
    throw new InputError('--issuer and --audience belong together', {
      hint: 'Give the issuer of the authorization server and the audience of its tokens for this server.',
    });
  }
  const given = process.env.OKTA_CONNECTOR_MCP_KEY;
  if (given) return { key: given };
  const key = randomBytes(32).toString('base64url');
  note(
    `Clients send the header "Authorization: Bearer ${key}"; for a key that stays, set OKTA_CONNECTOR_MCP_KEY.`,
  );
  return { key };
}
