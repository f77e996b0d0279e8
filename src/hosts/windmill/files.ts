import { stringify } from 'yaml';
import type { Manifest } from '../../manifest/manifest.ts';
import { remoteOperations } from '../remote.ts';
import { argumentsOf } from './arguments.ts';
import { scriptFields } from './fields.ts';
import { CONNECTION, FOLDER, RESOURCE_TYPE } from './names.ts';
import { type ScriptOf, scriptSource } from './script.ts';

/** All files that `wmill sync push` needs, by path. */
export function windmillFiles(manifest: Manifest): Record<string, string> {
  const scripts = windmillScripts(manifest);
  return {
    'wmill.yaml': yaml({
      defaultTs: 'bun',
      // Nothing else of the workspace is in this folder: without this, a push would delete it there.
      includes: [`${FOLDER}/**`, `${RESOURCE_TYPE}.resource-type.yaml`],
      ...{
        excludes: [],
        skipVariables: true,
        skipResources: true,
        skipSecrets: true,
        includeSchedules: false,
      },
      ...{ includeTriggers: false },
    }),
    [`${RESOURCE_TYPE}.resource-type.yaml`]: yaml(resourceType(manifest)),
    [`${FOLDER}/folder.meta.yaml`]: yaml({
      ...{ summary: manifest.title, display_name: manifest.title, owners: [], extra_perms: {} },
    }),
    ...Object.fromEntries(
      scripts.flatMap((script) => [
        [`${FOLDER}/${script.key}.ts`, scriptSource(script)],
        [`${FOLDER}/${script.key}.script.yaml`, yaml(metadataOf(script))],
      ]),
    ),
  };
}

/** The script of every action and every trigger that asks Okta. */
export function windmillScripts(manifest: Manifest): ScriptOf[] {
  const { actions, triggers } = remoteOperations(manifest);
  const within = new Map(manifest.options.map(({ key, within: names = [] }) => [key, names]));
  const polled = triggers.filter(({ kind }) => kind !== 'webhook');
  return [
    ...actions.map(
      (action): ScriptOf => ({ ...action, kind: 'script', within, fields: scriptFields(action) }),
    ),
    ...polled.map(
      (trigger): ScriptOf => ({ ...trigger, kind: 'trigger', within, fields: scriptFields(trigger) }),
    ),
  ];
}

const yaml = (value: unknown) => stringify(value, { aliasDuplicateObjects: false });

/** The metadata of a script, as `wmill` writes them; Windmill makes the lock when it is pushed. */
function metadataOf({ title, description, kind, fields }: ScriptOf) {
  const all = argumentsOf(fields);
  const connection = {
    ...{ type: 'object', format: `resource-${RESOURCE_TYPE}`, title: 'Connection' },
    description: 'The connection to your Okta org.',
  };
  return {
    ...{ summary: title, description, lock: '', kind },
    schema: {
      ...{ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' },
      order: [CONNECTION, ...all.map(({ name }) => name)],
      properties: {
        [CONNECTION]: connection,
        ...Object.fromEntries(all.map(({ name, schema }) => [name, schema])),
      },
      required: [CONNECTION, ...all.filter(({ required }) => required).map(({ name }) => name)],
    },
  };
}

/** One resource type for token and private key. */
function resourceType({ title, connection }: Manifest) {
  const textOf = (type: string, name: string, isSecret = false) => {
    const fields = connection.auth.find((mode) => mode.type === type)?.fields.properties ?? {};
    const { title: label, description } = fields[name] ?? {};
    return { type: 'string', title: label, description, ...(isSecret ? { password: true } : {}) };
  };
  const key = 'client_credentials';
  const properties = {
    orgUrl: connection.orgUrl,
    token: textOf('api_token', 'token', true),
    clientId: textOf(key, 'clientId'),
    privateKey: { ...textOf(key, 'privateKey', true), format: 'multiline' },
    keyId: textOf(key, 'keyId'),
    scopes: {
      type: 'string',
      title: 'Scopes',
      description: 'OAuth scopes of the service app, separated by spaces.',
    },
  };
  return {
    description: `${title}: either an API token, or a service app with client ID, private key and scopes.`,
    schema: {
      ...{ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' },
      ...{ properties, required: ['orgUrl'], order: Object.keys(properties) },
    },
  };
}
