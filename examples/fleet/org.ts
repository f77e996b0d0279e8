/**
 * A local Okta org in which something happens every second, with its token where `fleet.yaml` looks for it.
 * `okta-connector sandbox` is the same org, in which nothing happens by itself.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { startSandbox } from '../../src/sandbox/index.ts';

const org = await startSandbox({ port: 9010 });
mkdirSync('.okta-connector/fleet', { recursive: true });
writeFileSync('.okta-connector/fleet/token', org.apiToken, { mode: 0o600 });
writeFileSync('.okta-connector/fleet/revoked', '00revoked', { mode: 0o600 });
console.log(`Okta org at ${org.orgUrl}`);

/** Events of one second: many sign-ins, and somebody new every ten seconds. */
const eventsOf = (second: number) => [
  ...Array.from({ length: 5 }, () => ({ eventType: 'user.session.start' })),
  ...(second % 10 === 0 ? [{ eventType: 'user.lifecycle.create' }] : []),
];

let second = 0;
const timer = setInterval(async () => {
  second += 1;
  const body = JSON.stringify(eventsOf(second));
  const headers = { 'Content-Type': 'application/json' };
  await fetch(`${org.orgUrl}/__sandbox__/events`, { method: 'POST', headers, body });
}, 1_000);

for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    clearInterval(timer);
    void org.close();
  });
