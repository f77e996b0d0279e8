import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/**
 * Writes a file that appears only when complete: under the name `part` first, renamed in the last step. A killed process
 * leaves only `part`. Only its owner can read it.
 */
export async function writeWholeFile(
  file: string,
  text: AsyncIterable<string>,
  part = `${file}.part`,
): Promise<void> {
  // An existing file may be readable by others, or a link to someone else's file.
  await rm(part, { force: true });
  // Opened before the text is requested: a stream would open it later, perhaps after an error has removed it.
  const handle = await open(part, 'wx', 0o600);
  try {
    await pipeline(text, handle.createWriteStream({ flush: true }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
