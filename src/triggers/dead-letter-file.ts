import { constants, type FileHandle, open } from 'node:fs/promises';
import { fileFailure } from '../state/file-failure.ts';

/** Something that was not delivered: a line of a dead-letter file. */
export interface DeadLetter {
  /** Key of the trigger. */
  trigger: string;
  /** Of the item that it would have been. */
  id: string;
  /** When it was set aside, ISO 8601 in UTC. */
  at: string;
  /** Why. */
  reason: string;
  /** The event as Okta sent it, or an item. */
  event: unknown;
}

/** Takes what is not delivered; resolves once it is safe. What it rejects is neither delivered nor set aside, and comes again. */
export type SetAside = (letter: DeadLetter) => Promise<void>;

const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

/**
 * A dead-letter file: one JSON object a line, on the disk before the call resolves, readable by its owner only. Several processes can
 * append to one.
 * @throws OktaError `state_locked` when the file cannot be written; retryable once it could.
 */
export function deadLetterFile(path: string): SetAside {
  let wasUsable = false;
  return async (letter) => {
    try {
      await withFile(path, async (file) => {
        // What a full disk or a kill left of a line stays a line of its own.
        const text = `${(await endsWithin(file)) ? '\n' : ''}${JSON.stringify(letter)}\n`;
        await file.appendFile(text);
        await file.datasync();
      });
      wasUsable = true;
    } catch (error) {
      throw fileFailure(`The dead-letter file ${path}`, 'written', error, wasUsable);
    }
  };
}

async function withFile(path: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, APPEND, 0o600);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

/** Whether the file ends in the middle of a line. */
async function endsWithin(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() !== '\n';
}

/** @throws OktaError `state_locked` for a dead-letter file that cannot be written. */
export async function assertDeadLetterFile(path: string): Promise<void> {
  await withFile(path, async () => {}).catch((error: unknown) => {
    throw fileFailure(`The dead-letter file ${path}`, 'written', error, false);
  });
}
