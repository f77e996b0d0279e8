export type { PendingLogin } from './auth/authorization-code.ts';
export type { Connection } from './auth/connection.ts';
export { connectionFromEnvironment } from './auth/environment.ts';
export { completeSignIn, renewSignIn, startSignIn } from './auth/sign-in.ts';
export { fileTokenStore } from './auth/token-file.ts';
export type { TokenStore, Tokens } from './auth/token-source.ts';
export type { BulkOptions } from './bulk/bulk.ts';
export type { BulkJournal, BulkResult, ErrorLimit, Would } from './bulk/types.ts';
export type { Client } from './client.ts';
export { connect } from './connect.ts';
export { type Actions, connector, type ListActions, type Triggers } from './connector.ts';
export type {
  ActionDefinition,
  Effect,
  Option,
  OptionsPage,
  OptionsQuery,
  ResourceDefinition,
  TriggerDefinition,
  TriggerItem,
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
export { manifest } from './manifest/manifest.ts';
export type { EventMemberType, OktaFlag } from './resources/event-type/event-data.ts';
export {
  type EventField,
  type EventTypeSchema,
  eventTypeSchema,
} from './resources/event-type/event-schema.ts';
export type { ProfileAttribute } from './resources/profile-schema.ts';
export { deliverScimEvents } from './scim/deliver.ts';
export type { ScimLimits } from './scim/limits.ts';
export { openScimStore } from './scim/open.ts';
export type { ScimLogEntry } from './scim/protocol/log.ts';
export { type ScimServerOptions, type ScimService, scimServer } from './scim/server.ts';
export { memoryScimStore } from './scim/store/memory.ts';
export type { ScimEvent, ScimEventKind, ScimStore } from './scim/store/store.ts';
export type { ScimChange } from './scim/write/events.ts';
export type { ActionAbility, CheckReport, Problem, ScopeAbility } from './session/check.ts';
export type { ConnectOptions, FieldsOptions, RunOptions } from './session/options.ts';
export { fileStateStore } from './state/file.ts';
export { type KeyvAdapter, keyvStateStore } from './state/keyv.ts';
export { memoryStateStore, type StateStore } from './state/store.ts';
export type { Change, ChangeKey, ChangeKind, Row } from './sync/change.ts';
export type { MappingInput } from './sync/mapping/schema.ts';
export { type MemoryStore, memoryStore } from './sync/store/memory.ts';
export type { Store } from './sync/store/store.ts';
export type { LeaverLimit, Leaving, SyncOptions, SyncProgress, SyncReport } from './sync/sync.ts';
export { type OpenTargetOptions, openTarget } from './sync/targets/open.ts';
export type { ChangeRefusal, Mirror, Target } from './sync/targets/target.ts';
export { type DeadLetter, deadLetterFile, type SetAside } from './triggers/dead-letter-file.ts';
export type { FollowOptions, PollOptions, SampleOptions } from './triggers/follow.ts';
export type { EventHook, HookOptions } from './triggers/hook.ts';
export type { Pulled, PullOptions } from './triggers/pull.ts';
export type { Deliver } from './triggers/sources/hook/receiver.ts';
export type { EventItem } from './triggers/sources/log/event-item.ts';
export type { Webhook, WebhookOptions, WebhookSubscription } from './triggers/webhook.ts';
