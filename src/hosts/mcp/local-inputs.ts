import type { McpOptions } from './types.ts';

/** Inputs that name a file or a state of the machine it runs on: not for clients elsewhere. */
export const localInputs = (operation: object, { remote }: McpOptions): readonly string[] =>
  remote ? ((operation as { local?: readonly string[] }).local ?? []) : [];
