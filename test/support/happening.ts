import { triggerOf } from '../../src/connector.ts';
import { logOnly } from '../../src/triggers/sources/log/hookable.ts';

/** What has to happen in the sandbox for a trigger to fire: the event of its sample, as one that the log takes. */
export function happeningFor(trigger: string): Record<string, unknown> & { eventType: string } {
  const { event } = triggerOf(trigger).sample.output as { event: Record<string, unknown> };
  const { uuid: _, published: __, ...happening } = event;
  return happening as ReturnType<typeof happeningFor>;
}

/** Whether a hook alone delivers what the trigger fires for: not where Okta signs its events, which needs a stream. */
export function isHooked(trigger: string): boolean {
  const { source, input, sample, eventTypes = [] } = triggerOf(trigger);
  if (logOnly(eventTypes).length > 0) return false;
  return source.hook !== undefined && !source.hook(input.parse(sample.input)).signed;
}
