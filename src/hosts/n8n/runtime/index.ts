import { config } from 'zod';

// n8n's scan rejects packages that generate code from strings.
config({ jitless: true });

export { callForCatchUp } from './catch-up.ts';
export { testPrivateKey, testToken } from './credential-test.ts';
export { execute } from './execute.ts';
export { checkHook, createHook, deleteHook, receive } from './hook.ts';
export {
  getClearableAttributes,
  getInstantEventTypes,
  getProfileAttributes,
  listSearch,
  loadOptions,
} from './lookups.ts';
export { poll } from './poll.ts';
