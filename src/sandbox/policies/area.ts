import type { Area } from '../kinds/area.ts';

export const policyArea: Area = { number: 7 };
