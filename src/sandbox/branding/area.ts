import type { Area } from '../kinds/area.ts';

export const brandingArea: Area = { number: 8 };
