import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ALL_CASES } from '../support/share.ts';

const script = fileURLToPath(new URL('./memory-process.ts', import.meta.url));
const MEGABYTES = ALL_CASES ? 200 : 80;
/** A heap in which the input would not fit; without it V8 lets garbage lie about. */
const HEAP = ['--max-old-space-size=64', '--max-semi-space-size=2'];

describe('memory stays flat', () => {
  it.each(['csv', 'ndjson'])(`over ${MEGABYTES} MB of %s`, { timeout: 120_000 }, async (format) => {
    const { stdout } = await promisify(execFile)(process.execPath, [...HEAP, script, format, `${MEGABYTES}`]);
    const { rows, written, peakMb } = JSON.parse(stdout) as Record<string, number>;
    expect(written).toBeGreaterThan(MEGABYTES * 1024 * 1024);
    expect(rows).toBeGreaterThan(MEGABYTES * 3_000);
    expect(peakMb).toBeLessThan(200);
  });
});
