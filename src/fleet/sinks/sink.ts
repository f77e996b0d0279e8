import type { TriggerItem } from '../../define.ts';
import { OktaError } from '../../errors/errors.ts';
import type { Sending } from '../tracing.ts';

/** An item on its way to a sink. */
export interface SinkMessage {
  /** The same for each try: connection, trigger and id of the item. */
  id: string;
  connection: string;
  trigger: string;
  /** Key of the trigger. */
  type: string;
  item: TriggerItem;
}

/** Where items go. */
export interface OpenSink {
  /** How many items it takes in one call. */
  atOnce: number;
  /** A stream in the Redis of the fleet: items are added together with the position, by the script that saves it. */
  stream?: { key: string; maxLength: number };
  /** Resolves when the sink has all of them. @throws SinkError otherwise. */
  deliver(messages: readonly SinkMessage[]): Promise<void>;
  /** Around each delivery, to the stream too. Default: nothing. */
  sending?: Sending | undefined;
  close(): Promise<void>;
}

/** A sink did not take an item. */
export class SinkError extends OktaError {
  override readonly name = 'SinkError';
  /** Id of the message, when it refused that one and may take others. */
  readonly about: string | undefined;
  constructor(message: string, options: { retryAfterMs?: number; about?: string | undefined } = {}) {
    super(message, {
      ...{ code: 'target_unavailable', actor: 'target', retryable: true },
      ...(options.retryAfterMs ? { retryAfterMs: options.retryAfterMs } : {}),
    });
    this.about = options.about;
  }
}
