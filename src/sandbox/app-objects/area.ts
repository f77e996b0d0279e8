import { clientSecretKind } from '../apps/client-secrets.ts';
import { connectionEndpoints } from '../apps/connection.ts';
import { signingRequestEndpoints, signingRequestKind } from '../apps/csr.ts';
import { appKeyEndpoints, appKeyKind } from '../apps/keys.ts';
import { logoEndpoints } from '../apps/logo.ts';
import { metadataOfAppEndpoints } from '../apps/metadata.ts';
import { appPolicyEndpoints } from '../apps/policies.ts';
import { appSchemaEndpoints } from '../apps/schema.ts';
import { appWriteEndpoints } from '../apps/write.ts';
import type { Area } from '../kinds/area.ts';

export const appArea: Area = {
  number: 2,
  kinds: [appKeyKind, signingRequestKind, clientSecretKind],
  endpoints: [
    ...appWriteEndpoints,
    ...appPolicyEndpoints,
    ...appKeyEndpoints,
    ...signingRequestEndpoints,
    ...metadataOfAppEndpoints,
    ...connectionEndpoints,
    ...appSchemaEndpoints,
    ...logoEndpoints,
  ],
};
