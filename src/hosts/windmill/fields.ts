import type { HostField } from '../fields.ts';
import { type RemoteOperation, remoteFields } from '../remote.ts';

/** The fields of a script. A list starts with a limit: all of a large org is more than a result can hold. */
export const scriptFields = (operation: RemoteOperation & { list?: boolean }): HostField[] =>
  remoteFields(operation)
    .filter(({ only }) => only !== 'instant')
    .map((field) =>
      operation.list && field.name === 'limit' ? { ...field, default: field.default ?? 100 } : field,
    );
