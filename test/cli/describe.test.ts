import { afterEach, describe, expect, it, vi } from 'vitest';
import { describe as describeOperation } from '../../src/cli/describe.ts';
import * as output from '../../src/cli/output.ts';
import { connector } from '../../src/connector.ts';
import { describeAction } from '../../src/manifest/manifest.ts';
import { fieldsOf } from '../../src/schema/json-schema.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What `okta-connector describe` writes. */
async function described(key: string): Promise<string> {
  const write = vi.spyOn(output, 'writeOut').mockResolvedValue();
  await describeOperation(key, [], {});
  return String(write.mock.lastCall?.[0]);
}

describe('okta-connector describe', () => {
  it('cuts no name and no value of any action, and keeps its width', async () => {
    for (const action of connector.actions) {
      const text = await described(action.key);
      for (const { name, type } of fieldsOf(describeAction(action).input)) {
        for (const word of [name, ...type.split(' ')]) expect(text, action.key).toContain(word);
      }
      const table = text.split('\n').filter((line) => /^[┌│├└]/.test(line));
      expect(new Set(table.map(({ length }) => length)).size, action.key).toBeLessThanOrEqual(1);
    }
  });

  it('names the members of an object, as they are written as key=value', async () => {
    const text = (await described('set_up_oidc_sso')).replace(/[\s│]+/g, ' ');
    expect(text).toContain('Members: groups.name, groups.filterType, groups.filterValue.');
  });
});
