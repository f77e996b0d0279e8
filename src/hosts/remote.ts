import type { Manifest } from '../manifest/manifest.ts';
import { type FormSource, type HostField, hostFields } from './fields.ts';

/** An action or trigger of the manifest. */
export interface RemoteOperation extends FormSource {
  key: string;
  /** Inputs that name a file or a state of the machine that runs the operation. */
  local?: readonly string[];
}

/** The part of an operation that decides whether a service can run it. */
interface Placed extends RemoteOperation {
  /** It asks Okta for nothing: it works on files of this machine. */
  offline?: boolean;
  /** It needs a server of ours to which Okta sends. */
  served?: boolean;
}

/** Whether a dotted name is one of these inputs or within one. */
const isWithin = (name: string, inputs: readonly string[]) =>
  inputs.some((input) => name === input || name.startsWith(`${input}.`));

/**
 * The form of an operation in a service that runs on another machine: without the inputs that name a file or a state of the
 * machine that runs it.
 */
export const remoteFields = (operation: RemoteOperation): HostField[] =>
  hostFields(operation).filter(({ name }) => !isWithin(name, operation.local ?? []));

/** Whether an input belongs to the machine that runs the operation. */
export const isLocal = ({ local = [] }: RemoteOperation, name: string): boolean => isWithin(name, local);

function isRemote(operation: Placed): boolean {
  if (operation.offline || operation.served) return false;
  return !hostFields(operation).some(({ name, required }) => required && isLocal(operation, name));
}

/**
 * What such a service can offer: every action and trigger, except those that work on files of the machine, need one, or are a
 * server of their own.
 */
export function remoteOperations({ actions, triggers }: Pick<Manifest, 'actions' | 'triggers'>): {
  actions: Manifest['actions'];
  triggers: Manifest['triggers'];
} {
  return { actions: actions.filter(isRemote), triggers: triggers.filter(isRemote) };
}
