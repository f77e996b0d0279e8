export type { ApplyOptions, ApplyReport } from './apply.ts';
export type { FleetFileInput } from './file-schema.ts';
export { type Fleet, type FleetOptions, openFleet } from './fleet.ts';
export type { FleetLog, FleetLogEntry } from './log.ts';
export type { FleetStatus, TriggerStatus } from './status.ts';
export type { RunningWorker, WorkerOptions } from './worker.ts';
