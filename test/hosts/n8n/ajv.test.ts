import { expect, it, vi } from 'vitest';
import { assertProfile, profileSchemaFrom } from '../../../src/options/profile-schema.ts';

// What the build of the n8n package does.
vi.mock('ajv', () => import('../../../src/hosts/n8n/stand-ins/ajv.ts'));

const properties = {
  login: { type: 'string', minLength: 5 },
  level: { type: ['integer', 'null'], maximum: 9 },
  site: { type: 'string', oneOf: [{ const: 'MAD' }, { const: 'OSL' }] },
  tags: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
  country: { type: 'country code' },
  odd: { type: ['string', 'country code'], minLength: '9' },
  broken: { type: 'string', pattern: '([', format: 'country-code', enum: [] },
  linked: { $ref: '#/nowhere' },
  constructor: { type: 'boolean' },
};
const schema = profileSchemaFrom({ definitions: { base: { properties } } });

it('F1.11 the stand-in for ajv passes what cannot be checked', async () => {
  const profile = { login: 'ana@acme.test', level: 9, site: 'MAD', tags: ['a'] };
  const odd = { country: 7, odd: {}, broken: 'x', linked: ['y'] };
  await assertProfile(schema, { ...profile, ...odd, constructor: true }, { complete: true });
  await assertProfile(schema, { level: null, tags: null }, { complete: false });
});

it('F1.11 the stand-in for ajv checks the rest, and tells no value', async () => {
  const profile = {
    login: 'ana',
    level: 's3cr3t',
    site: 's3cr3t',
    tags: ['a', 's3cr3t'],
    constructor: 's3cr3t',
  };
  const error = await assertProfile(schema, profile, { complete: false }).catch((thrown: unknown) => thrown);
  const { causes } = error as { causes: string[] };
  expect(causes).toEqual([
    expect.stringMatching(/^profile\.login: /),
    expect.stringMatching(/^profile\.level: .*integer/),
    'profile.site: must be one of MAD, OSL',
    'profile.tags.1: must be one of a, b',
    expect.stringMatching(/^profile\.constructor: .*boolean/),
  ]);
  expect(causes.join()).not.toContain('s3cr3t');
});
