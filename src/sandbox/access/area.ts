import type { Area } from '../kinds/area.ts';

export const accessArea: Area = { number: 6 };
