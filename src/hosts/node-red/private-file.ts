import { join } from 'node:path';
import { InputError } from '../../errors/errors.ts';
import type { NodeRed } from './red.ts';

/**
 * Path of a file for what only the owner of Node-RED may read, in a folder of its own.
 * @param id of the node it belongs to.
 * @throws InputError for an id that is not one of Node-RED: it becomes the name of a file, and may come from the editor.
 */
export function privateFile(RED: NodeRed, id: string, ending: string): string {
  if (!/^[\w-]+$/.test(id)) throw new InputError('The id of the node is not one of Node-RED');
  return join(RED.settings.userDir ?? '.', '.okta-connector', `${id}${ending}`);
}
