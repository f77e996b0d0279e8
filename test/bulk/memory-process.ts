import { readFileSync } from 'node:fs';
import { readRows } from '../../src/bulk/rows.ts';
import { runBulk } from '../../src/bulk/run-bulk.ts';
import { systemClock } from '../../src/http/clock.ts';

/** Reads an input of so many megabytes that is made on the way, and prints rows and the memory that it took, in MB. */
const [format = 'csv', megabytes = '200'] = process.argv.slice(2);
const wanted = Number(megabytes) * 1024 * 1024;
let written = 0;

async function* bytes(): AsyncGenerator<Uint8Array> {
  if (format === 'csv') yield Buffer.from('userId,profile.department,profile.title\n');
  for (let row = 0; written < wanted; ) {
    let text = '';
    for (let at = 0; at < 300; at += 1, row += 1) {
      const filler = `Sales "${row}", EU; ${'x'.repeat(row % 400)}`;
      text +=
        format === 'csv'
          ? `user${row}@acme.test,"${filler.replaceAll('"', '""')}","two\nlines"\n`
          : `${JSON.stringify({ userId: `user${row}@acme.test`, profile: { department: filler, title: 'two\nlines' } })}\n`;
    }
    const chunk = Buffer.from(text);
    written += chunk.length;
    yield chunk;
  }
}

const schema = {
  type: 'object',
  required: ['userId'],
  properties: {
    userId: { type: 'string' },
    profile: { type: 'object', additionalProperties: { type: 'string' } },
  },
};
const task = {
  parse: (input: unknown) => input,
  keyOf: () => undefined,
  effectOf: () => ({ kind: 'write', idempotent: true, destructive: false }) as const,
  run: async (input: unknown) => ({
    output: { userId: (input as { userId: string }).userId, title: 'x'.repeat(200) },
  }),
};
const inputs = readRows(bytes(), format as 'csv', { key: 'update_user', schema });
let rows = 0;
for await (const { status } of runBulk(inputs, task, { clock: systemClock, concurrency: 10 })) {
  if (status === 'ok') rows += 1;
}
// Not resourceUsage().maxRSS: that begins with what the parent had when it forked.
const [, peakKb] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
process.stdout.write(JSON.stringify({ rows, written, peakMb: Number(peakKb) / 1024 }));
