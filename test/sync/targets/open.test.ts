import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openTarget } from '../../../src/sync/targets/open.ts';
import { rejection } from '../../support/server.ts';
import { userChange } from './changes.ts';

const env = {
  OKTA_CONNECTOR_SCIM_TARGET_TOKEN: 'scim-test-token',
  OKTA_CONNECTOR_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
};

describe('opening a target', () => {
  it.each([
    ['csv', join(tmpdir(), 'open-target-test')],
    ['scim', 'https://directory.acme.test/scim/v2'],
    ['webhook', 'https://hooks.acme.test/okta'],
  ])('opens %s', async (kind, place) => {
    const target = await openTarget(kind, place, { env });
    expect(target.batch).toBeGreaterThan(1);
    await target.close?.();
  });

  it('opens ndjson, with the output that it is given', async () => {
    const output = new PassThrough();
    await (await openTarget('ndjson', undefined, { output })).apply([userChange('user.created', '00u1', {})]);
    expect(JSON.parse(String(output.read()))).toMatchObject({ kind: 'user.created' });
  });

  it.each([
    ['cvs', 'x', 'did you mean csv?'],
    ['ndjson', 'x', 'takes no place'],
    ['csv', undefined, 'needs a folder'],
    ['csv', '', 'needs a folder'],
    ['scim', undefined, 'needs a URL'],
    ['scim', 'directory.acme.test', 'needs a URL'],
    ['scim', 'http://directory.acme.test', 'https://'],
    ['webhook', undefined, 'needs a URL'],
  ])('does not open %s at %s', async (kind, place, text) => {
    const error = await rejection(openTarget(kind, place, { env }));
    expect(error).toMatchObject({ code: 'invalid_input' });
    expect(`${error.message} ${(error as { hint?: string }).hint}`).toContain(text);
  });

  it.each([
    ['scim', 'OKTA_CONNECTOR_SCIM_TARGET_TOKEN'],
    ['webhook', 'OKTA_CONNECTOR_WEBHOOK_SECRET'],
  ])('says where the secret of %s belongs', async (kind, variable) => {
    const error = await rejection(openTarget(kind, 'https://acme.test', { env: {} }));
    expect(error).toMatchObject({ code: 'invalid_input', hint: expect.stringContaining(variable) });
  });
});
