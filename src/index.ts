export type { PendingLogin } from './auth/authorization-code.ts';
export type { Connection } from './auth/connection.ts';
export { connectionFromEnvironment } from './auth/environment.ts';
export { fileTokenStore } from './auth/token-file.ts';
export type { TokenStore, Tokens } from './auth/token-source.ts';
export type { BulkJournal, BulkResult, ErrorLimit, Would } from './bulk/types.ts';
export type { ActionAbility, CheckReport, Problem } from './check.ts';
export {
  type BulkOptions,
  type Client,
  type ConnectOptions,
  connect,
  type FollowOptions,
  type PollOptions,
  type Webhook,
  type WebhookOptions,
  type WebhookSubscription,
} from './connect.ts';
export { connector } from './connector.ts';
export type {
  ActionDefinition,
  Effect,
  Option,
  OptionsPage,
  TriggerDefinition,
  TriggerKind,
} from './define.ts';
export {
  AuthenticationError,
  type ErrorActor,
  type ErrorCode,
  InputError,
  isOktaError,
  NetworkError,
  OktaError,
  RateLimitError,
} from './errors/errors.ts';
export type { ExportKind, ExportQuery } from './export/sources.ts';
export type { Budget } from './http/rate-bucket.ts';
export type { RequestLogEntry } from './http/request-log.ts';
export type { Clock, Progress, Transport, TransportRequest, TransportResponse, Wait } from './http/types.ts';
export { manifest } from './manifest.ts';
export type { ProfileAttribute } from './options/profile-schema.ts';
export { completeSignIn, startSignIn } from './sign-in.ts';
export { fileStateStore } from './state/file.ts';
export { type KeyvAdapter, keyvStateStore } from './state/keyv.ts';
export { memoryStateStore, type StateStore } from './state/store.ts';
export type { EventItem } from './triggers/sources/event-item.ts';
export type { Deliver } from './triggers/sources/receiver.ts';
export type { TriggerItem } from './triggers/sources/run-trigger.ts';
