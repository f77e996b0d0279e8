/** Folders of the two integrations in dist/zapier: Zapier takes one way to sign in per integration. */
export const ZAPIER_VARIANTS = ['okta-keys', 'okta-sign-in'] as const;

export type ZapierVariant = (typeof ZAPIER_VARIANTS)[number];

/** Key of the field with which a person confirms what cannot be undone. */
export const CONFIRM_KEY = 'confirm_destructive';

/** Key of the field that lists what Okta shall clear. */
export const CLEAR_KEY = 'clear_fields';

/** Zapier reads a dot in a key as a path. */
export const zapierKey = (name: string): string => name.replaceAll('.', '__');

/** Key of the hidden trigger behind a drop-down. */
export const dropDownKey = (options: string): string => `${options}_options`;
