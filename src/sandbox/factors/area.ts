import type { Area } from '../kinds/area.ts';
import { activationEndpoints } from './activate.ts';
import { catalogEndpoints } from './catalog.ts';
import { factorKind } from './factor.ts';
import { verifyEndpoints } from './verify.ts';

export const factorArea: Area = {
  number: 5,
  kinds: [factorKind],
  endpoints: [...catalogEndpoints, ...activationEndpoints, ...verifyEndpoints],
};
