import {
  type AuthInfo,
  bearerAuthChallengeResponse,
  createMcpHandler,
  getOAuthProtectedResourceMetadataUrl,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  OAuthError,
  OAuthErrorCode,
  oauthMetadataResponse,
  originValidationResponse,
  requireBearerAuth,
} from '@modelcontextprotocol/server';
import { isRecord } from '../../schema/record.ts';
import { keyVerifier, MCP_SCOPES, type McpSignIn, readIssuer, tokenVerifier } from './bearer.ts';
import type { OktaMcp } from './server.ts';
import type { McpScope, McpTool } from './types.ts';

/** Where the protocol is served. */
export const MCP_PATH = '/mcp';
/** Bytes of one request. */
const MAX_BODY = 1_000_000;

export interface McpHttpOptions {
  /** URL at which clients reach the server, without a path; its host is the only one besides those of this machine. */
  publicUrl: string;
  signIn: McpSignIn;
  onerror?: (error: Error) => void;
}

/** A server over HTTP: no state between two requests. */
export interface McpHttp {
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/**
 * Serves MCP over streamable HTTP. Each request is checked for its host and origin (a page in a browser must not reach a server of
 * this machine), then for its token, then for the scope that the tool needs.
 * @throws InputError when the authorization server cannot be read.
 */
export async function serveMcpHttp(mcp: OktaMcp, options: McpHttpOptions): Promise<McpHttp> {
  const { publicUrl, signIn, onerror } = options;
  const resource = new URL(MCP_PATH, publicUrl);
  const hosts = [...new Set([...localhostAllowedHostnames(), resource.hostname])];
  const handler = createMcpHandler(mcp.factory, { maxRequestBodySize: MAX_BODY, onerror });
  const tools = new Map(mcp.tools.map((tool) => [tool.name, tool]));
  const issuer = 'issuer' in signIn ? await readIssuer(signIn.issuer) : undefined;
  const resourceMetadataUrl = issuer ? getOAuthProtectedResourceMetadataUrl(resource) : undefined;
  const verifier =
    'issuer' in signIn && issuer
      ? tokenVerifier(issuer, signIn.audience)
      : keyVerifier((signIn as { key: string }).key);
  const gate = requireBearerAuth({ verifier, ...(resourceMetadataUrl ? { resourceMetadataUrl } : {}) });
  const metadata = issuer && {
    oauthMetadata: issuer as never,
    resourceServerUrl: resource,
    // Clients ask for nothing when nothing is listed, and Okta refuses that.
    scopesSupported: [...MCP_SCOPES],
    resourceName: 'Okta',
    dangerouslyAllowInsecureIssuerUrl: true,
  };
  return {
    async fetch(request) {
      const rejected =
        hostHeaderValidationResponse(request, hosts) ?? originValidationResponse(request, hosts);
      if (rejected) return rejected;
      const described = metadata && oauthMetadataResponse(request, metadata);
      if (described) return described;
      // With and without the slash, never a redirect: clients drop one or the other.
      if (new URL(request.url).pathname.replace(/\/$/, '') !== MCP_PATH)
        return Response.json({ error: `There is nothing here: MCP is at ${MCP_PATH}` }, { status: 404 });
      const authInfo = await gate(request);
      if (authInfo instanceof Response) return authInfo;
      const body = await bodyOf(request);
      if (body instanceof Response) return body;
      const missing = missingScope(body, tools, authInfo);
      if (missing) {
        return bearerAuthChallengeResponse(
          new OAuthError(OAuthErrorCode.InsufficientScope, `${missing} is needed`),
          {
            requiredScopes: [...new Set([...authInfo.scopes.filter(isScope), missing])],
            ...(resourceMetadataUrl ? { resourceMetadataUrl } : {}),
          },
        );
      }
      return handler.fetch(request, { authInfo, parsedBody: body });
    },
    close: () => handler.close(),
  };
}

const isScope = (scope: string): scope is McpScope => MCP_SCOPES.includes(scope as McpScope);

/** The body as data; undefined without one. */
async function bodyOf(request: Request): Promise<unknown> {
  if (request.method !== 'POST') return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BODY) return failure(413, -32_000, `A request has up to ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return failure(400, -32_700, 'The request is not JSON');
  }
}

const failure = (status: number, code: number, message: string) =>
  Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status });

/** The scope that a request needs and the token lacks; a batch needs those of all its requests. */
function missingScope(
  body: unknown,
  tools: ReadonlyMap<string, McpTool>,
  { scopes }: AuthInfo,
): McpScope | undefined {
  const needed = [body].flat().flatMap((message): McpScope[] => {
    if (!isRecord(message) || typeof message.method !== 'string') return [];
    const params = isRecord(message.params) ? message.params : {};
    if (message.method === 'tools/call')
      return [tools.get(String(params.name))?.scopeFor(params.arguments) ?? 'mcp:read'];
    return ['resources/read', 'completion/complete'].includes(message.method) ? ['mcp:read'] : [];
  });
  return needed.find((scope) => !scopes.includes(scope));
}
