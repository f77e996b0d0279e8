import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/**
 * Writes a file that is there only when it is complete: under another name first, which it loses in the last step. What a
 * killed process leaves is called `part`. Only its owner can read it.
 */
export async function writeWholeFile(
  file: string,
  text: AsyncIterable<string>,
  part = `${file}.part`,
): Promise<void> {
  // A file that is there already may be open to others, or a link to a file of somebody else.
  await rm(part, { force: true });
  // Opened before the text is asked for: a stream would open it later, perhaps after it was removed for an error.
  const handle = await open(part, 'wx', 0o600);
  try {
    await pipeline(text, handle.createWriteStream({ flush: true }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
