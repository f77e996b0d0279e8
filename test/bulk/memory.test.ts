import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('./memory-process.ts', import.meta.url));
/** A heap in which 200 MB of input would not fit by far; without it V8 lets garbage lie about. */
const HEAP = ['--max-old-space-size=64', '--max-semi-space-size=2'];

describe('memory stays flat', () => {
  it.each(['csv', 'ndjson'])('over 200 MB of %s', { timeout: 120_000 }, async (format) => {
    const { stdout } = await promisify(execFile)(process.execPath, [...HEAP, script, format, '200']);
    const { rows, written, peakMb } = JSON.parse(stdout) as Record<string, number>;
    expect(written).toBeGreaterThan(200 * 1024 * 1024);
    expect(rows).toBeGreaterThan(600_000);
    expect(peakMb).toBeLessThan(200);
  });
});
