import { createRealm } from './create-realm.ts';
import { listRealms } from './list-realms.ts';
import { runIdentityImport } from './run-identity-import.ts';

/** In display order. */
export const realmActions = [listRealms, createRealm, runIdentityImport] as const;
