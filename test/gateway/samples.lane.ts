// The samples of all actions against whole documents: npm run test:gateway.
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { manifest } from '../../src/manifest/manifest.ts';
import { type Json, nullableAsType, openApiOf, swaggerOf } from '../hosts/gateway/described.ts';

const whole = { openapi: openApiOf(), swagger: swaggerOf() };
const { actions } = manifest();

it.each(['openapi', 'swagger'] as const)('L4 %s: the samples of every action match its schemas', (kind) => {
  const document = whole[kind];
  const ajv = kind === 'openapi' ? new Ajv2020({ strict: false }) : new Ajv({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema((kind === 'openapi' ? document : nullableAsType(document)) as object, 'doc');
  const check = (path: string, part: string, value: unknown) => {
    const at = `/paths/${path.replaceAll('/', '~1')}/post/${part}`;
    const valid = ajv.validate({ $ref: `doc#${at}` }, value);
    expect(valid ? '' : `${path}: ${ajv.errorsText()}`).toBe('');
  };
  const paths = document.paths as Record<string, { post: { parameters?: Json[] } }>;
  for (const { key, sample, list, local } of actions) {
    const path = `/v1/actions/${key}`;
    const operation = paths[path];
    if (!operation) continue;
    const given = Object.entries(sample.input as Json).filter(([name]) => !local.includes(name));
    const remote = Object.fromEntries(given);
    const body = (operation.post.parameters ?? []).findIndex((one) => one.in === 'body');
    check(
      path,
      kind === 'openapi' ? 'requestBody/content/application~1json/schema' : `parameters/${body}/schema`,
      remote,
    );
    const answer = { result: sample.output, ...(list ? { more: false } : {}) };
    check(
      path,
      kind === 'openapi' ? 'responses/200/content/application~1json/schema' : 'responses/200/schema',
      answer,
    );
  }
});
