import type { Alarm } from '#model/alarm';
import type { Meter } from '#model/meter';
import { SEVERITIES } from '#model/standard';
import type { StoredEvent } from './changes.ts';

/** What /metrics says of alarms after some events. */
export function countAlarms(meter: Meter, open: readonly Alarm[], events: readonly StoredEvent[]): void {
  for (const severity of SEVERITIES) {
    const count = open.filter(({ rule }) => rule.severity === severity).length;
    meter.gauge('hygate_alarms_open', count, { severity });
  }
  for (const { event } of events) meter.count('hygate_alarm_events_total', { type: event.type });
}
