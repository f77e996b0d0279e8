import { once } from 'node:events';
import { describeSandbox, startSandbox } from '../sandbox/index.ts';
import { note, printJson } from './output.ts';
import { onInterrupt } from './signals.ts';

/** Runs a local Okta org until it is interrupted. */
export async function sandbox({
  port,
  json,
  seed,
}: {
  port: number;
  json?: boolean;
  seed: string;
}): Promise<void> {
  const stop = onInterrupt();
  const org = await startSandbox({ port, seed });
  if (json) {
    await printJson(describeSandbox(org), { line: true });
  } else {
    await printJson(describeSandbox(org), { line: false });
    note(`\nTry it in another terminal:

  export OKTA_CLIENT_ORGURL=${org.orgUrl} OKTA_CLIENT_TOKEN=${org.apiToken}
  npx okta-connector run search_users --input '{"limit":3}'

Ctrl-C ends it.`);
  }
  if (!stop.aborted) await once(stop, 'abort');
  await org.close();
}
