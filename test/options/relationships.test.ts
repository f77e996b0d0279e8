import { expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { useSandbox } from '../sandbox/support.ts';

const org = useSandbox();

it('relationships are the sides of all linked objects, narrowed to what was typed', async () => {
  const side = (name: string, title: string) => ({ name, title, type: 'USER' });
  const definition = { primary: side('manager', 'Boss'), associated: side('subordinate', 'Report') };
  await org.post('/api/v1/meta/schemas/user/linkedObjects', definition);
  const { orgUrl, apiToken: token } = org.sandbox;
  const client = connect({ orgUrl, auth: { type: 'api_token', token } });
  const boss = { value: 'manager', label: 'Boss (primary)' };
  expect((await client.options('relationships', {})).items).toEqual([
    boss,
    { value: 'subordinate', label: 'Report (associated)' },
  ]);
  expect((await client.options('relationships', { search: 'bOSS' })).items).toEqual([boss]);
  client.close();
});
