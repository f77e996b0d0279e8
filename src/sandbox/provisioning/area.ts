import type { Area } from '../kinds/area.ts';

export const provisioningArea: Area = { number: 3 };
