/**
 * Reads a log of a million events with new_event (state, dedupe and all), with Okta's SDK and with bare fetch, one after
 * the other in one run on the same server. Prints events a second and peak memory.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const total = Number(process.argv[2] ?? 1_000_000);
const file = (name: string) => join(import.meta.dirname, name);
const server = spawn(process.execPath, [file('log-server.ts'), String(total)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [port] = (await once(server.stdout, 'data')) as [Buffer];
const orgUrl = `http://127.0.0.1:${String(port).trim()}`;

const names = { ours: 'okta-connector new_event', sdk: '@okta/okta-sdk-nodejs', bare: 'bare fetch' } as const;
interface Result {
  events: number;
  seconds: number;
  rssMb: number;
}
const results = {} as Record<keyof typeof names, Result>;
for (const reader of ['bare', 'ours', 'sdk'] as const) {
  const out = execFileSync(process.execPath, [file('log-reader.ts'), reader, orgUrl, String(total)], {
    encoding: 'utf8',
  });
  results[reader] = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Result;
}
server.kill();

const rate = ({ events, seconds }: Result) => events / seconds;
console.log(`${total} log events, pages of 1,000, one run on ${process.version}\n`);
console.log('reader                        events    seconds    events/s    of bare    peak RSS');
for (const [reader, name] of Object.entries(names)) {
  const result = results[reader as keyof typeof names];
  console.log(
    [
      name.padEnd(26),
      String(result.events).padStart(9),
      result.seconds.toFixed(1).padStart(10),
      Math.round(rate(result)).toString().padStart(11),
      (rate(result) / rate(results.bare)).toFixed(2).padStart(10),
      `${result.rssMb.toFixed(0)} MB`.padStart(11),
    ].join(' '),
  );
}
