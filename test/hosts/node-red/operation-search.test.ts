import { describe, expect, it } from 'vitest';
import { operationFor, operationsFor } from '../../../src/hosts/node-red/editor/operation-search.ts';
import { type NodeType, nodeTypes } from '../../../src/hosts/node-red/node-types.ts';
import { packageFiles } from '../../../src/hosts/node-red/package.ts';
import { tintOf } from '../../../src/hosts/node-red/tint.ts';
import { manifest } from '../../../src/manifest/manifest.ts';

const connector = manifest();
const types = nodeTypes(connector);
const typeOf = (name: string) => types.find(({ type }) => type === name) as NodeType;
const nodesFor = (typed: string) =>
  types.filter((type) => operationsFor(typed, type).length > 0).map(({ type }) => type);

describe('L6 Node-RED: what is typed finds an operation', () => {
  it('by words in any order, unfinished ones too, of its title, its noun and its node', () => {
    expect(nodesFor('rotate secret')).toEqual(['okta-app']);
    expect(nodesFor('  SECRET rot')).toEqual(['okta-app']);
    expect(nodesFor('suspend device')).toEqual(['okta-device']);
    expect(nodesFor('delete zone')).toEqual(['okta-zone']);
    expect(nodesFor('certificate generate')).toEqual(['okta-app']);
    expect(nodesFor('')).toEqual([]);
    expect(nodesFor('rotate banana')).toEqual([]);
  });

  it('every operation by its title, and says which one that is', () => {
    for (const type of types)
      for (const { key, title } of type.operations) {
        expect(operationFor(title, type)?.key, title).toBe(key);
        expect(operationFor(title.toUpperCase(), type)?.key, title).toBe(key);
      }
  });

  it('says none where several could be meant', () => {
    expect(operationFor('suspend user', typeOf('okta-user'))?.key).toBe('suspend_user');
    expect(operationFor('rotate secret', typeOf('okta-app'))?.key).toBe('rotate_client_secret');
    expect(operationFor('zone', typeOf('okta-zone'))).toBeUndefined();
    expect(operationFor('', typeOf('okta-log'))).toBeUndefined();
  });
});

describe('the colour of the nodes', () => {
  it('is a tint of the one in the definition', () => {
    expect(tintOf('#2563eb', 0)).toBe('#ffffff');
    expect(tintOf('#2563eb', 1)).toBe('#2563eb');
    expect(tintOf('#000000', 0.5)).toBe('#808080');
    const origin = { version: '1.2.3', license: 'Apache-2.0', homepage: 'x', repository: {}, bugs: {} };
    const htmlWith = (color: string) =>
      packageFiles({ ...connector, color }, origin, 'forms()')['okta-connector.html'] ?? '';
    const colours = (html: string) => new Set(html.match(/(?<=color: ")#\w+(?=")/g));
    expect(colours(htmlWith('#000000'))).toEqual(new Set(['#a6a6a6', '#cccccc']));
    expect(colours(htmlWith(connector.color))).toEqual(
      new Set([tintOf(connector.color, 0.35), tintOf(connector.color, 0.2)]),
    );
  });
});
