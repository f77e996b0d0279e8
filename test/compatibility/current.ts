/**
 * The current source, as the tests of this folder see it. They import internal modules from here alone: where the source
 * moves, a line of this file changes, and no test does.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import packageJson from '../../package.json' with { type: 'json' };
import { n8nPackage } from '../../src/hosts/n8n/package.ts';
import { actionFields, triggerFields } from '../../src/hosts/n8n/runtime/operations.ts';
import { inputOf } from '../../src/hosts/n8n/runtime/values.ts';
import registerNodeRed from '../../src/hosts/node-red/index.ts';
import { connector, manifest } from '../../src/index.ts';

export * as library from '../../src/index.ts';
export * as sandboxLibrary from '../../src/sandbox/index.ts';
export { packageJson, registerNodeRed };

export const root = join(import.meta.dirname, '../..');

/** What `node` runs for the command line. */
export const commandLine = join(root, 'src/cli/main.ts');

/** Parses the input of an action or trigger, as a run of it does first. */
export function parseInput(key: string, input: unknown) {
  const operation = [...connector.actions, ...connector.triggers].find((one) => one.key === key);
  if (!operation) throw new Error(`there is no ${key}`);
  return operation.input.safeParse(input);
}

/** The input that the n8n node computes from its parameters. */
export function n8nInput(key: string, parameters: INodeParameters, item: IDataObject = {}) {
  const isAction = connector.actions.some((action) => action.key === key);
  return inputOf((isAction ? actionFields : triggerFields)(key), {
    get: (name) => at(parameters, name) ?? null,
    item,
    timezone: 'Europe/Zurich',
  });
}

/** n8n reads a dotted name as a path. */
const at = (from: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], from);

/** What the nodes of n8n call; loaded by those who have put n8n's own packages in place. */
export const n8nRuntime = () => import('../../src/hosts/n8n/runtime/index.ts');

/** The source of the n8n package: path to text. */
export const n8nSources = (): Record<string, string> => n8nPackage(manifest(), packageJson);

/** Node-RED's own reading of typed values. */
export const nodeRedUtil = createRequire(import.meta.url)('@node-red/util').util;
