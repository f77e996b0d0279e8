/** Reads the whole log once with one reader and prints `{ events, seconds, rssMb }`. argv: reader, orgUrl. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [reader, orgUrl = ''] = process.argv.slice(2);
let events = 0;
let peak = 0;
const sample = () => {
  peak = Math.max(peak, process.memoryUsage.rss());
};
const timer = setInterval(sample, 20);

async function ours(): Promise<void> {
  const { connect } = await import('../dist/index.js');
  const client = connect({ orgUrl, auth: { type: 'api_token', token: 'bench' } });
  const state = join(mkdtempSync(join(tmpdir(), 'bench-')), 'state.json');
  for await (const _ of client.poll('new_event', { since: '2026-02-01T00:00:00Z' }, { state })) events += 1;
}

async function sdk(): Promise<void> {
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's types do not know the testing option
  const okta = (await import('@okta/okta-sdk-nodejs')) as any;
  const client = new okta.Client({ orgUrl, token: 'bench', testing: { disableHttpsCheck: true } });
  const log = await client.systemLogApi.listLogEvents({ since: new Date('2026-02-01'), limit: 1000 });
  // Its next link never ends: whoever reads a log with the SDK has to stop by hand.
  let inPage = 0;
  await log.each(() => {
    events += 1;
    inPage += 1;
    return inPage < Number(process.argv[4]) ? undefined : false;
  });
}

async function bare(): Promise<void> {
  for (let url: string | undefined = `${orgUrl}/api/v1/logs?limit=1000`; url; ) {
    const response: Response = await fetch(url, { headers: { Authorization: 'SSWS bench' } });
    const page = (await response.json()) as unknown[];
    events += page.length;
    const next: string | undefined = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    url = page.length > 0 ? next : undefined;
  }
}

const started = performance.now();
await { ours, sdk, bare }[reader as 'ours' | 'sdk' | 'bare']();
sample();
clearInterval(timer);
console.log(JSON.stringify({ events, seconds: (performance.now() - started) / 1000, rssMb: peak / 1e6 }));
process.exit(0);
