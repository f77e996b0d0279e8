import { isRecord } from './id-map.ts';
import { itemsOf } from './needed.ts';
import type { Take } from './recordings.ts';

/** What the recorded org had, as settings of the sandbox. */
export function settingsOf({ exchanges }: Take, templateOf: (path: string) => string): object {
  const missing = new Set<string>();
  let userTypeDeletionFailures = 0;
  let realms = true;
  for (const { request, response } of exchanges) {
    const { pathname } = new URL(request.url);
    const { body } = response;
    if (request.method === 'DELETE' && response.status === 500 && /\/types\/user\/\w+$/.test(pathname))
      userTypeDeletionFailures += 1;
    if (isRecord(body) && body.errorCode === 'E0000015')
      missing.add(templateOf(pathname).replace(/\/\{\w+\}$/, ''));
    for (const item of isRecord(body) && body.id !== undefined ? [body] : itemsOf(body)) {
      const isUser = typeof item.id === 'string' && item.id.startsWith('00u');
      if (isUser && isRecord(item.credentials) && !('realmId' in item)) realms = false;
    }
  }
  return { realms, userTypeDeletionFailures, missingFeatures: [...missing].join(',') };
}
