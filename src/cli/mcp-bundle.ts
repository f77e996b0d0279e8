import { mcpCommand } from './mcp.ts';
import { printError } from './output.ts';

// The server of the .mcpb bundle. What its form asks for comes in the environment.
const { OKTA_CONNECTOR_MCP_READ_ONLY, OKTA_CONNECTOR_MCP_TOOLSETS = '' } = process.env;
const toolsets = OKTA_CONNECTOR_MCP_TOOLSETS.split(/[\s,]+/).filter(Boolean);
try {
  await mcpCommand({
    // Whatever is not a clear no only reads.
    readOnly: OKTA_CONNECTOR_MCP_READ_ONLY !== 'false',
    ...(toolsets.length > 0 ? { toolsets } : {}),
    confirm: 'ask',
  });
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
