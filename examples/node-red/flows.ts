/** The example flows with a ready-made connection. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLE_CONNECTION } from '../../src/hosts/node-red/examples.ts';

const folder = join(import.meta.dirname, 'flows');

/** Id of the connection in all example flows. */
export const CONNECTION = EXAMPLE_CONNECTION.id;

interface FlowNode {
  id: string;
  type: string;
  [name: string]: unknown;
}

/** All flows as one list, the landing tab first. */
export function exampleFlows(): FlowNode[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const nodes = files
    .sort()
    .flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as FlowNode[]);
  // Each file includes the connection, so that it can be imported on its own.
  return [...new Map(nodes.map((node) => [node.id, node])).values()];
}

/** The secrets of that connection, as references to the environment. */
export const exampleCredentials = { [CONNECTION]: { secret_token: '$' + '{OKTA_CLIENT_TOKEN}' } };
