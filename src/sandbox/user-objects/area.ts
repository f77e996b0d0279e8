import type { Area } from '../kinds/area.ts';

export const userArea: Area = { number: 4 };
