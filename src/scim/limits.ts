/** What one request may take. */
export interface ScimLimits {
  /** Bytes of a body. Default: 8 MiB. */
  bytes: number;
  /** Levels of JSON. Default: 32. */
  depth: number;
  /** Members that one request names. Default: 50,000. */
  members: number;
  /** Operations of a PATCH or a bulk request. Default: 1,000. */
  operations: number;
  /** Milliseconds in which the body must arrive. Default: 10 s. */
  bodyMs: number;
  /** Milliseconds that `decide` has. Default: 25 s; Okta waits for 60 s. */
  decideMs: number;
  /** Milliseconds within which an operation of a bulk request must begin. Default: 40 s. */
  bulkMs: number;
}

/** The limits unless others are given. */
export const SCIM_LIMITS: ScimLimits = {
  bytes: 8 * 1024 * 1024,
  depth: 32,
  members: 50_000,
  operations: 1_000,
  bodyMs: 10_000,
  decideMs: 25_000,
  bulkMs: 40_000,
};
