import { once } from 'node:events';
import { openBrowser } from './browser.ts';
import { type ConnectionFlags, openClient } from './client.ts';
import { note, printJson } from './output.ts';
import { onInterrupt } from './signals.ts';
import { serveWizard } from './sso-wizard/server.ts';
import { wizardOf } from './sso-wizard/wizard.ts';

interface WizardFlags extends ConnectionFlags {
  port: number;
  open: boolean;
  json?: boolean;
}

/** How long the wizard waits for somebody. */
const IDLE_MS = 30 * 60_000;

/** Serves the page that sets single sign-on up, until it says that it is done, Ctrl-C, or half an hour without use. */
export async function ssoWizard(flags: WizardFlags): Promise<void> {
  const client = await openClient(flags);
  const signal = onInterrupt();
  try {
    const { port } = flags;
    const server = await serveWizard({
      port,
      idleMs: IDLE_MS,
      at: (origin) => wizardOf(client, origin, signal),
    });
    try {
      if (flags.json || !process.stdout.isTTY) await printJson({ url: server.url }, { line: true });
      else note(`Open this URL, it works once:\n\n${server.url}\n\nCtrl-C ends it.`);
      if (flags.open && process.stderr.isTTY) await openBrowser(server.url);
      const why = await Promise.race([server.ended, ...(signal.aborted ? [] : [once(signal, 'abort')])]);
      if (why === 'idle') note('Nobody used the wizard for half an hour, so it ended.');
    } finally {
      await server.close();
    }
  } finally {
    client.close();
  }
}
