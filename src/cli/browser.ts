import { note } from './output.ts';

/** Opens a URL in the browser of this machine, or says that there is none. */
export async function openBrowser(url: string): Promise<void> {
  const { default: open } = await import('open');
  await open(url).catch(() => note('No browser could be opened here.'));
}
