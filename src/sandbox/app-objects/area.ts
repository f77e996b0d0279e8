import type { Area } from '../kinds/area.ts';

export const appArea: Area = { number: 2 };
