/** One request to the gateway, without secrets and without the input. */
export interface GatewayLogEntry {
  /** ISO 8601, when it arrived. */
  time: string;
  requestId: string;
  method: string;
  /** With placeholders: `/v1/actions/:action`. */
  route: string;
  status: number;
  durationMs: number;
  /** Name of the key. */
  key?: string;
  /** Key of the action or trigger. */
  operation?: string;
  /** Stable code of what was wrong. */
  error?: string;
  /** The answer was kept from an earlier request with the same Idempotency-Key. */
  replayed?: true;
  /** The objects that the input names; only with `--log-personal-data`. */
  objects?: Record<string, unknown>;
}
