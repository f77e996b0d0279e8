// Spectral on whole documents: npm run test:gateway.
import SwaggerParser from '@apidevtools/swagger-parser';
import spectral from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { manifest } from '../../src/manifest/manifest.ts';
import { nodesIn, openApiOf, swaggerOf } from '../hosts/gateway/described.ts';

const selection = { operations: ['create_user', 'delete_user', 'list_user_factors', 'user_created'] };

it.each([
  ['OpenAPI', openApiOf()],
  ['Swagger', swaggerOf()],
  ['OpenAPI of 30 operations', openApiOf({ limit: 30 })],
  ['Swagger of a selection', swaggerOf(selection)],
])('L4 %s: spectral finds no error and no warning, swagger-parser no error', async (_, document) => {
  await SwaggerParser.validate(structuredClone(document) as never);
  const linter = new spectral.Spectral();
  linter.setRuleset(oas as never);
  const found = await linter.run(document as never);
  // JSON Schema 2020-12, and so OpenAPI 3.1, needs no items: what Okta lists in an event can be of any type.
  const told = found.filter(({ code }) => code !== 'array-items');
  expect(told.map(({ code, message, path }) => `${code}: ${message} at ${path.join('.')}`)).toEqual([]);
});

it('L4 every example of an input or an output fits its schema', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  let count = 0;
  const wrong: string[] = [];
  for (const { key, input, output } of [...manifest().actions, ...manifest().triggers]) {
    for (const { path, node } of nodesIn({ input, output })) {
      const { examples, ...schema } = node;
      if (!Array.isArray(examples) || /(^|\.)(properties|examples|default)$/.test(path)) continue;
      const fits = ajv.compile(schema);
      for (const one of examples) {
        count += 1;
        if (!fits(one)) wrong.push(`${key} ${path}: ${ajv.errorsText(fits.errors)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(4_000);
});
