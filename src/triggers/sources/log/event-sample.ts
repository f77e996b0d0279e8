import type { ResourceDefinition } from '../../../define.ts';
import { eventDataOf } from '../../../resources/event-type/event-data.ts';
import { exampleData } from '../../../resources/event-type/event-example.ts';
import { logEventSample } from '../../../resources/log/log-event.ts';
import { type EventItem, itemOf } from './event-item.ts';

interface SampleEvent {
  title?: string;
  outcome?: string;
  /** What the event is about. */
  about?: ResourceDefinition;
}

/** An invented item as an event of this type brings it, with what Okta publishes about its data. */
export function eventSampleOf(eventType: string, { title, outcome, about }: SampleEvent = {}): EventItem {
  const { debugContext, target: [details] = [] } = exampleData(eventDataOf(eventType));
  const [type] = about?.logged ?? [];
  const [someone] = logEventSample.target;
  const target = type ? { ...someone, id: about?.names?.example ?? null, type } : someone;
  return itemOf({
    ...logEventSample,
    ...{ eventType, displayMessage: title ?? eventType, debugContext },
    outcome: { result: outcome ?? 'SUCCESS', reason: null },
    target: details ? [{ ...target, ...details }] : logEventSample.target,
  });
}
