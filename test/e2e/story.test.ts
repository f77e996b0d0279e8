import { expect, it } from 'vitest';
import { expectNewHire, orgBeforeNewHire, tellNewHire } from '../support/new-hire.ts';
import { run } from './command.ts';

it('L story: a new hire on the command line', async () => {
  const org = await orgBeforeNewHire();
  const { orgUrl, apiToken } = org.sandbox;
  const env = { OKTA_CLIENT_ORGURL: orgUrl, OKTA_CLIENT_TOKEN: apiToken };
  await tellNewHire(async (key, input) => {
    const { code, stdout, stderr } = await run(['run', key, '--input', JSON.stringify(input), '--json'], env);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  });
  await expectNewHire(org);
  await org.sandbox.close();
});
