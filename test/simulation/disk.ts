import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const SIZE = 8 * 1024 * 1024;
const PRELOAD = join(import.meta.dirname, 'full-disk.ts');

/** What lets a process find the disk full: the kernel, or this file, loaded before it, which refuses its writes. */
export type DiskKind = 'tmpfs' | 'preload';

/** A folder on a disk of its own, which can be filled and freed. */
export class Disk {
  readonly folder: string;
  readonly kind: DiskKind;
  readonly #filler: string;

  /** @param kind for `tmpfs` this process must be allowed to mount. */
  constructor(folder: string, kind: DiskKind) {
    this.folder = folder;
    this.kind = kind;
    this.#filler = kind === 'tmpfs' ? join(folder, 'filler') : `${folder}.full`;
    mkdirSync(folder);
    if (kind === 'tmpfs') mount(folder);
  }

  /** Arguments for the `node` that works on this disk. */
  get nodeArguments(): string[] {
    return this.kind === 'tmpfs' ? [] : ['--import', pathToFileURL(PRELOAD).href];
  }

  get environment(): NodeJS.ProcessEnv {
    return this.kind === 'tmpfs' ? {} : { FULL_DISK: this.folder };
  }

  /** @param room bytes to leave: what is written into them is cut off without an error. Only a tmpfs can. */
  fill(room: number): void {
    try {
      writeFileSync(this.#filler, Buffer.alloc(this.kind === 'tmpfs' ? SIZE : 0));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
    truncateSync(this.#filler, Math.max(0, statSync(this.#filler).size - room));
  }

  free(): void {
    rmSync(this.#filler, { force: true });
  }

  unmount(): void {
    this.free();
    if (mounted.delete(this.folder)) execFileSync('umount', ['--lazy', this.folder]);
  }
}

/** A tmpfs where this process may mount one: there the kernel itself says that the disk is full. */
export function bestDiskKind(folder: string): DiskKind {
  const probe = join(folder, 'probe');
  try {
    new Disk(probe, 'tmpfs').unmount();
    return 'tmpfs';
  } catch {
    return 'preload';
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

const mounted = new Set<string>();

function mount(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=700`, 'tmpfs', folder], { stdio: 'ignore' });
  mounted.add(folder);
}

process.on('exit', () => {
  for (const folder of mounted) execFileSync('umount', ['--lazy', folder]);
});
