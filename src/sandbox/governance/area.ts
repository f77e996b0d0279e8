import type { Area } from '../kinds/area.ts';

export const governanceArea: Area = { number: 9 };
