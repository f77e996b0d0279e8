import type { HookFilter } from '../../../define.ts';
import { repeat } from '../../run-trigger.ts';
import { type Channels, ensureDelivery } from './delivery.ts';
import { streamStatus } from './signal-stream.ts';

const MISSED = 'Okta keeps no signed events: what happened meanwhile is only in its System Log';

/**
 * Looks repeatedly whether Okta still has the stream: creates it again when it is gone, and tells when it is disabled.
 * @throws OktaError for what waiting cannot resolve.
 */
export async function watchStream(
  delivery: Channels,
  filters: () => readonly HookFilter[],
  { intervalMs, signal }: { intervalMs: number; signal: AbortSignal },
): Promise<void> {
  const { streams, memory } = delivery;
  const { clock, notice } = streams;
  let isDisabled = false;
  const sleep = () => clock.sleep(intervalMs, signal).catch(() => {});
  async function* look(): AsyncGenerator<never, void, undefined> {
    const { stream } = memory.state;
    const status = stream && (await streamStatus(streams, stream.streamId));
    if (status === 'gone') {
      notice(`The stream of signed events is gone from Okta, and is created again. ${MISSED}`);
      await ensureDelivery(
        delivery,
        filters().filter(({ signed }) => signed),
      );
    }
    if (status === 'disabled' && !isDisabled)
      notice(`Okta has disabled the stream of signed events. ${MISSED}`);
    if (status === 'enabled' && isDisabled) notice(`The stream of signed events is enabled again. ${MISSED}`);
    isDisabled = status === 'disabled';
  }
  await sleep();
  for await (const _ of repeat(look, { clock, signal, notice, pause: () => intervalMs }));
}
