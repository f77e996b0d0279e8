/** One thing that an operator may want to know; never a secret, and nothing of an item but its id. */
export interface FleetLogEntry {
  level: 'info' | 'warn' | 'error';
  message: string;
  /** Of the trigger that it is about. */
  connection?: string;
  trigger?: string;
  /** Code of an error. */
  code?: string;
  [name: string]: unknown;
}

export type FleetLog = (entry: FleetLogEntry) => void;
