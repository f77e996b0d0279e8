import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { forgetWhenDeleted, privateFile } from '../../../src/hosts/node-red/private-file.ts';
import type { NodeRed, RuntimeNode } from '../../../src/hosts/node-red/red.ts';
import { until } from '../../triggers/support.ts';

it('waits with one listener for the fate of all nodes that stop, as a tab with many that is switched off', async () => {
  const events = new EventEmitter();
  const userDir = mkdtempSync(join(tmpdir(), 'node-red-'));
  await mkdir(join(userDir, '.okta-connector'));
  const deployed = new Set<string>();
  const running = new Set<string>();
  const RED = {
    ...{ events, settings: { userDir } },
    nodes: {
      getNode: (id: string) => (running.has(id) ? {} : null),
      eachNode: (see: (node: object) => void) => {
        for (const id of deployed) see({ id });
      },
    },
  } as unknown as NodeRed;
  const start = (id: string) => {
    const node = Object.assign(new EventEmitter(), { id });
    forgetWhenDeleted(RED, node as unknown as RuntimeNode);
    deployed.add(id);
    running.add(id);
    writeFileSync(privateFile(RED, id, '.hook.json'), '{}');
    return node;
  };
  const stop = async (node: EventEmitter & { id: string }) => {
    running.delete(node.id);
    await new Promise<void>((resolve) => node.emit('close', true, resolve));
  };
  const nodes = Array.from({ length: 12 }, (_, at) => start(`node${at}`));
  for (const node of nodes) await stop(node);
  expect(events.listenerCount('flows:started')).toBe(1);
  // Switched off: they may come back.
  events.emit('flows:started');
  expect(events.listenerCount('flows:started')).toBe(1);
  for (let at = 1; at < 12; at++) deployed.delete(`node${at}`);
  running.add('node0');
  events.emit('flows:started');
  expect(events.listenerCount('flows:started')).toBe(0);
  const left = () => readdirSync(join(userDir, '.okta-connector'));
  await until(() => left().length === 1);
  expect(existsSync(privateFile(RED, 'node0', '.hook.json'))).toBe(true);
});
