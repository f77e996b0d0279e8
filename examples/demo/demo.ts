/**
 * A day with the connector, against a local Okta org: create, find, group, suspend, reset, list, delete.
 * `npm run demo` ends when it is done; with --stay, it leaves the org running on a terminal.
 */
import { once } from 'node:events';
import Table from 'cli-table3';
import { connect } from '../../src/index.ts';
import { startSandbox } from '../../src/sandbox/index.ts';

interface Answer {
  id: string;
  status: string;
  changed: boolean;
  steps: string[];
  profile: { name: string; login: string };
}

const sandbox = await startSandbox();
let requests = 0;
const okta = connect(
  { orgUrl: sandbox.orgUrl, auth: { type: 'client_credentials', ...sandbox.serviceApp } },
  { requestLog: () => requests++ },
);
const steps = new Table({
  head: ['action', 'what happened', 'calls', 'ms'],
  style: { head: [], border: [] },
  colAligns: ['left', 'left', 'right', 'right'],
});

/** Runs one action and adds a row about it to the table. */
async function step(
  action: string,
  input: object,
  tell: (answer: Answer & Answer[]) => string,
): Promise<Answer & Answer[]> {
  const [before, started] = [requests, performance.now()];
  const answer = (await okta.run(action, input)) as Answer & Answer[];
  steps.push([action, tell(answer), requests - before, Math.round(performance.now() - started)]);
  return answer;
}

console.log(
  `A local Okta org answers at ${sandbox.orgUrl}; signed in as a service app with a private key and DPoP.\n`,
);
const login = 'ana.ruiz@acme.test';
const user = { userId: login };
await step(
  'create_user',
  {
    profile: { login, email: login, firstName: 'Ana', lastName: 'Ruiz', department: 'Sales' },
    credentials: { password: { value: 'Temp-83x!Quartz' } },
  },
  ({ id, status }) => `${login} is ${status} (${id})`,
);
await step(
  'search_users',
  { conditions: [{ attribute: 'profile.department', operator: 'eq', value: 'Sales' }] },
  (found) => `${found.length} people in Sales, over all pages`,
);
await step('find_groups_by_name', { name: 'Sa' }, (found) =>
  found.map((group) => group.profile.name).join(', '),
);
const member = { ...user, groupId: 'Sales' };
await step('add_user_to_group', member, ({ changed }) => `Ana joined Sales: changed ${changed}`);
await step('add_user_to_group', member, ({ changed }) => `again: changed ${changed}`);
await step('suspend_user', user, ({ changed }) => `changed ${changed}`);
await step('unsuspend_user', user, ({ changed }) => `changed ${changed}`);
await step('reset_password', { ...user, sendEmail: false }, () => 'one-time link made, no mail sent');
await step('list_user_groups', user, (found) => found.map((group) => group.profile.name).join(', '));
await step(
  'list_logons_by_ip',
  { ipAddress: '203.0.113.9', since: new Date(Date.now() - 30 * 86_400_000).toISOString() },
  (found) => `${found.length} sign-ins from 203.0.113.9`,
);
await step('delete_user', { ...user, mode: 'deactivate_and_delete' }, (answer) =>
  answer.steps.join(', then '),
);
console.log(steps.toString());
okta.close();

if (process.argv.includes('--stay') && process.stdout.isTTY) {
  console.log(`
The org stays up. In another terminal:

  export OKTA_CLIENT_ORGURL=${sandbox.orgUrl} OKTA_CLIENT_TOKEN=${sandbox.apiToken}
  npx okta-connector check
  npx okta-connector run search_users --input '{"limit":3}'

Ctrl-C ends it.`);
  await once(process, 'SIGINT');
}
await sandbox.close();
