import { appWriteEndpoints } from '../apps/write.ts';
import type { Area } from '../kinds/area.ts';

export const appArea: Area = { number: 2, endpoints: [...appWriteEndpoints] };
