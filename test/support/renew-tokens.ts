// A process that shares a token file: node renew-tokens.ts <token file> <log file>. Each renewal adds a line to the log.
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileTokenStore } from '../../src/auth/token-file.ts';
import { tokenSource } from '../../src/auth/token-source.ts';
import { systemClock } from '../../src/http/clock.ts';

const [file = '', log = ''] = process.argv.slice(2);
const source = tokenSource(fileTokenStore(file), systemClock, async (latest) => {
  appendFileSync(log, `renewed with ${latest?.refreshToken}\n`);
  await delay(150);
  return {
    accessToken: `from-${process.pid}`,
    tokenType: 'Bearer',
    expiresAt: Date.now() + 3_600_000,
    scope: '',
    refreshToken: 'r2',
  };
});
const { accessToken } = await source.get();
process.stdout.write(accessToken);
