import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors/errors.ts';
import type { NodeRed, RuntimeNode } from './red.ts';

const folderOf = (RED: NodeRed) => join(RED.settings.userDir ?? '.', '.okta-connector');

/**
 * Path of a file that only the owner of the Node-RED process may read, in a folder of its own.
 * @param id the id of the node that the file belongs to.
 * @throws InputError for an id that Node-RED cannot have made: it becomes a file name and may come from the editor.
 */
export function privateFile(RED: NodeRed, id: string, ending: string): string {
  if (!/^[\w-]+$/.test(id)) throw new InputError('The id of the node is not a Node-RED id');
  return join(folderOf(RED), `${id}${ending}`);
}

/** Deletes the files of a node once it is deleted: otherwise its sign-in would remain usable. */
export function forgetWhenDeleted(RED: NodeRed, node: RuntimeNode): void {
  node.on('close', (removed, done) => {
    // Node-RED never tells nodes within a subflow that they are being removed.
    if (removed || node._alias) lookAfter(RED, node);
    done();
  });
}

/** Stopped nodes that may have been deleted, by id. One listener for all: Node.js warns above ten. */
const stopped = new WeakMap<NodeRed['events'], Map<string, RuntimeNode>>();

function lookAfter(RED: NodeRed, node: RuntimeNode): void {
  const nodes = stopped.get(RED.events) ?? new Map<string, RuntimeNode>();
  nodes.set(node.id, node);
  if (stopped.has(RED.events)) return;
  stopped.set(RED.events, nodes);
  RED.events.on('flows:started', function look() {
    for (const [id, one] of nodes) {
      const isRunning = RED.nodes.getNode(id) !== null;
      // Disabling a node also reports it as removed; it may be enabled again or deleted later.
      if (!isRunning && isDeployed(RED, one)) continue;
      nodes.delete(id);
      if (!isRunning) void forget(RED, id).catch(() => {});
    }
    if (nodes.size > 0) return;
    RED.events.off('flows:started', look);
    stopped.delete(RED.events);
  });
}

function isDeployed(RED: NodeRed, node: RuntimeNode): boolean {
  const sought = new Set(node._alias ? [node._alias, node.z] : [node.id]);
  RED.nodes.eachNode((one) => sought.delete(one.id));
  return sought.size === 0;
}

async function forget(RED: NodeRed, id: string): Promise<void> {
  const names = await readdir(folderOf(RED));
  // Another node's id may start with this id.
  const own = names.filter(
    (name) => name.startsWith(id) && /^(\.hook|-[0-9a-f]{12}\.tokens)\.json/.test(name.slice(id.length)),
  );
  for (const name of own) await rm(join(folderOf(RED), name), { recursive: true, force: true });
}
