import { InputError } from '../../../errors/errors.ts';

const hint =
  'Use the trigger "Directory changed", whose state n8n keeps, or run "okta-connector sync" beside n8n and let it post to a webhook.';

/** A package of n8n has no files. */
export async function openStore(): Promise<never> {
  throw new InputError('In n8n, a sync cannot keep a state of its own', { code: 'not_supported', hint });
}

/** Nor connections of its own. */
export async function openTarget(): Promise<never> {
  throw new InputError('In n8n, a sync has no targets: it returns the changes', {
    code: 'not_supported',
    hint,
  });
}
