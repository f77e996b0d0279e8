import type { Area } from '../kinds/area.ts';

export const groupArea: Area = { number: 1 };
