import type { Area } from '../kinds/area.ts';

export const factorArea: Area = { number: 5 };
