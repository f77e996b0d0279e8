import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withCauses } from '../../scripts/causes-table.ts';
import { CAUSE_CODES, causesIn } from '../../src/sso/diagnosis/causes.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/single-sign-on.md'), 'utf8');

it('the table of causes in the guide is the one of the code', () => {
  expect(withCauses(page)).toBe(page);
  for (const code of CAUSE_CODES) expect(page).toContain(`| \`${code}\` | `);
});

it('replaces what is between the markers alone', () => {
  const marked = (inside: string) => `a\n<!-- causes -->\n${inside}\n<!-- /causes -->\nb`;
  expect(withCauses(marked('old'))).toMatch(/^a\n<!-- causes -->\n\| code \|[\s\S]*\n<!-- \/causes -->\nb$/);
  expect(withCauses('no markers')).toBe('no markers');
});

it('takes little time for a long text that almost fits', () => {
  const text = 'issuer signature claim audience recipient kid redirect '.repeat(75);
  const start = performance.now();
  causesIn(text);
  expect(performance.now() - start).toBeLessThan(500);
});
