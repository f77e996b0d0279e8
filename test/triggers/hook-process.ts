/**
 * One of several processes that share an event hook. argv: the file of the state, and the URL of the hook. It says "ready", does
 * what each line of its input says, and prints what came of it:
 *   {"ensure": true}                     whether the hook is in order then
 *   {"secret": "...", "uuids": ["..."]}  status and ids of the items for a delivery of these events
 */

import { createInterface } from 'node:readline';
import { connect } from '../../src/index.ts';

const [state = '', url = ''] = process.argv.slice(2);
const client = connect({
  orgUrl: process.env.ORG_URL ?? '',
  auth: { type: 'api_token', token: process.env.ORG_TOKEN ?? '' },
});

console.log('"ready"');
for await (const line of createInterface(process.stdin)) {
  const { ensure, secret: Authorization, uuids } = JSON.parse(line);
  const hook = client.hook('user_created', {}, { url, state });
  if (ensure) {
    await hook.ensure();
    console.log(JSON.stringify(await hook.isInOrder()));
    continue;
  }
  const published = new Date().toISOString();
  const events = uuids.map((uuid: string) => ({ uuid, eventType: 'user.lifecycle.create', published }));
  const body = JSON.stringify({ data: { events } });
  const sent = new Request(url, { method: 'POST', headers: { Authorization }, body });
  const { response, items } = await hook.answer(sent);
  console.log(JSON.stringify([response.status, items.map(({ id }) => id)]));
}
client.close();
