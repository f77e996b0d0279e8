import { badRequest, shownText } from '../error.ts';
import { entryOf } from '../resource/clean.ts';
import { isJsonObject } from '../value.ts';

/** One operation of a PATCH on one target. */
export interface PatchOperation {
  op: 'add' | 'replace' | 'remove';
  path: string;
  value: unknown;
  /** It was a member of a value without a path: what no schema knows is passed over, as in PUT. */
  isLoose: boolean;
}

/**
 * Reads the operations of a body. One without a path becomes one for each member of its value.
 * @throws ScimError `invalidSyntax` for a body that is none, `noTarget` for a removal without a path.
 */
export function patchOperations(body: Readonly<Record<string, unknown>>, limit: number): PatchOperation[] {
  const operations = entryOf(body, 'Operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw badRequest('invalidSyntax', 'A PATCH has a list of Operations, each with op, path and value');
  }
  if (operations.length > limit) throw badRequest('tooMany', `A PATCH has at most ${limit} Operations`);
  return operations.flatMap((one, i) => operationsOf(one, i));
}

function operationsOf(one: unknown, i: number): PatchOperation[] {
  const at = `Operations[${i}]`;
  if (!isJsonObject(one)) throw badRequest('invalidSyntax', `${at} must be an object`);
  const given = entryOf(one, 'op');
  const op = typeof given === 'string' ? given.toLowerCase() : `${JSON.stringify(given)}`;
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    throw badRequest('invalidSyntax', `${at} has op ${shownText(op)}; it must be add, replace or remove`);
  }
  const path = entryOf(one, 'path') ?? '';
  if (typeof path !== 'string') throw badRequest('invalidPath', `The path of ${at} must be a text`);
  const value = entryOf(one, 'value');
  if (path.trim() !== '') {
    if (op !== 'remove' && value === undefined) throw badRequest('invalidValue', `${at} needs a value`);
    return [{ op, path: path.trim(), value, isLoose: false }];
  }
  if (op === 'remove') throw badRequest('noTarget', `${at} must have a path: what is removed`);
  if (!isJsonObject(value)) {
    throw badRequest('invalidValue', `${at} without a path needs an object with attributes as its value`);
  }
  return Object.entries(value).map(([name, each]) => ({ op, path: name, value: each, isLoose: true }));
}
