import { manifest } from '../../manifest/manifest.ts';
import { registerAction } from './action-node.ts';
import { registerRoutes } from './admin-routes.ts';
import { registerConnection } from './connection-node.ts';
import { nodeTypes } from './node-types.ts';
import type { NodeRed } from './red.ts';
import { registerServer } from './server-node.ts';
import { registerTrigger } from './trigger-nodes.ts';

/** Entry point of the package, which Node-RED calls once. */
export default function register(RED: NodeRed): void {
  const connector = manifest();
  for (const type of nodeTypes(connector)) {
    if (type.kind === 'connection') {
      registerConnection(RED, connector, type);
      registerRoutes(RED, type);
    } else if (type.kind === 'action') {
      registerAction(RED, type);
    } else if (type.kind === 'server') {
      registerServer(RED, type);
    } else {
      registerTrigger(RED, type);
    }
  }
}
