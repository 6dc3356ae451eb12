import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Meter } from '#model/meter';

type Kind = 'counter' | 'gauge' | 'histogram';
type Spec = readonly [kind: Kind, help: string, labels?: readonly string[]];

/** Every metric of the gateway: Prometheus naming, unit in the name. Labels take values of closed lists or ids of the site. */
export const CATALOGUE = {
  hygate_readings_received_total: ['counter', 'Readings that came to the door'],
  hygate_readings_journaled_total: ['counter', 'Readings made durable'],
  hygate_readings_repeated_total: ['counter', 'Readings dropped because (point, at) was stored already'],
  hygate_readings_set_aside_total: [
    'counter',
    'Readings that cannot stand under their own time and lie in the journal as events',
    ['reason'],
  ],
  hygate_readings_refused_total: ['counter', 'Readings refused at the door', ['reason']],
  hygate_readings_bad_total: ['counter', 'Readings with quality bad', ['device', 'reason']],
  hygate_readings_lost_total: [
    'counter',
    'Readings that a collector had to drop before the door',
    ['reason'],
  ],
  hygate_readings_missing_total: [
    'counter',
    'Readings that were due and are not there, as known five minutes after their hour',
    ['cause'],
  ],
  hygate_ledger_unbalanced_points: [
    'gauge',
    'Points of which the last hour does not balance: expected is not stored + missing. Must be 0',
  ],
  hygate_events_unrecorded_total: ['counter', 'Events that could not be journaled', ['type']],
  hygate_messages_refused_total: ['counter', 'MQTT messages refused whole', ['reason']],
  hygate_device_clock_offset_seconds: [
    'gauge',
    'The clock of the gateway less that of a device that tells its own',
    ['device'],
  ],
  hygate_clock_steps_total: ['counter', 'Times the clock of the gateway was set', ['direction']],
  hygate_clock_offset_seconds: ['gauge', 'By how much the clock was set since the start, all steps together'],
  hygate_connections_refused_total: ['counter', 'MQTT connections refused or cut', ['reason']],
  hygate_subscriptions_refused_total: ['counter', 'MQTT subscriptions refused'],
  hygate_mqtt_clients: ['gauge', 'MQTT clients connected'],
  hygate_door_pending_readings: ['gauge', 'Readings at the door, not yet durable'],
  hygate_overloaded: ['gauge', 'More comes than can be made durable: senders are held'],
  hygate_journal_seq: ['gauge', 'Newest durable row'],
  hygate_journal_commit_seconds: ['histogram', 'Time of one durable commit'],
  hygate_journal_bytes: ['gauge', 'Size of the journal on disk'],
  hygate_journal_segments_expired_total: ['counter', 'Segments removed after their retention'],
  hygate_journal_errors_total: [
    'counter',
    'What went wrong in the journal: commits that failed, work beside them, damage that was found',
    ['reason'],
  ],
  hygate_disk_free_bytes: ['gauge', 'Free space on the file system of the data folder'],
  hygate_readings_held_off: ['gauge', 'Readings are refused, 1 or 0, because of the disk', ['reason']],
  hygate_consumer_lag_rows: ['gauge', 'Rows a consumer is behind the journal', ['consumer']],
  hygate_forwarded_total: ['counter', 'Rows that InfluxDB accepted: readings, events, events of alarms'],
  hygate_forward_behind_seconds: ['gauge', 'Age of the oldest row that InfluxDB has not', ['stream']],
  hygate_forward_rejected_total: ['counter', 'Rows that InfluxDB will never take, set aside', ['reason']],
  hygate_forward_aside_lines: ['gauge', 'Rows that are set aside and wait for hygate replay', ['reason']],
  hygate_forward_aside_dropped_total: [
    'counter',
    'Rows that fell out of what is set aside, as there were too many; the journal has them',
  ],
  hygate_forward_retries_total: ['counter', 'Requests to InfluxDB to be tried again', ['reason']],
  hygate_forward_paused: ['gauge', 'Forwarding waits for someone to mend something', ['reason', 'stream']],
  hygate_forward_reads_failed_total: [
    'counter',
    'Times that events of alarms could not be read to be forwarded',
  ],
  hygate_forward_seconds: ['histogram', 'Time of one write request to InfluxDB'],
  hygate_device_up: ['gauge', 'The device answered its last read', ['device']],
  hygate_device_round_trip_seconds: ['gauge', 'Time of the last read of the device', ['device']],
  hygate_device_reads_total: ['counter', 'Reads of a device', ['device', 'result']],
  hygate_modbus_requests_total: ['counter', 'Modbus requests sent', ['device']],
  hygate_collector_queue_readings: ['gauge', 'Readings that wait for the door in the collectors'],
  hygate_alarms_open: ['gauge', 'Alarms not over', ['severity']],
  hygate_alarm_rows_failed_total: [
    'counter',
    'Journal rows that the alarm engine could not judge, set aside',
  ],
  hygate_alarm_late_points: ['gauge', 'Points whose late readings wait to be judged'],
  hygate_alarm_late_signals_skipped_total: [
    'counter',
    'Times that rules over long windows were not judged again from late readings: too many lie in the window',
  ],
  hygate_alarm_store_failures_total: ['counter', 'Alarm state had to leave its file', ['reason']],
  hygate_alarm_events_total: ['counter', 'Alarm events', ['type']],
  hygate_notices_gathered_total: [
    'counter',
    'Notices that were not told at once but together with others',
    ['reason'],
  ],
  hygate_rota_gaps_total: ['counter', 'Times a whole rota was told because nobody was on call', ['rota']],
  hygate_messages_sent_total: ['counter', 'Messages that a channel took', ['channel']],
  hygate_message_failures_total: ['counter', 'Tries that failed', ['channel', 'reason']],
  hygate_heartbeats_total: ['counter', 'Signs of life sent out', ['way', 'result']],
  hygate_messages_paced_total: [
    'counter',
    'Messages that waited for the pace that a provider allows',
    ['channel'],
  ],
  hygate_message_receipts_total: ['counter', 'Answers to what became of messages', ['channel', 'state']],
  hygate_messages_waiting: ['gauge', 'Messages in the outbox', ['channel']],
  hygate_indicator_up: ['gauge', 'The indicator shows the alarms of the moment', ['indicator']],
  hygate_indicator_failures_total: [
    'counter',
    'Tries to show alarms on an indicator that failed',
    ['indicator', 'reason'],
  ],
  hygate_http_requests_total: ['counter', 'HTTP requests', ['route', 'status']],
  hygate_queries_refused_total: ['counter', 'InfluxQL queries sent away because of others', ['reason']],
  hygate_query_answers_held_bytes: [
    'gauge',
    'Answers to InfluxQL queries that were made and are not yet taken',
  ],
  hygate_query_readers_dropped_total: ['counter', 'Connections cut that took nothing of an answer for 30 s'],
  hygate_event_streams: ['gauge', 'Open event streams'],
  hygate_event_streams_dropped_total: ['counter', 'Event streams that the gateway ended', ['reason']],
  hygate_thread_restarts_total: ['counter', 'Worker threads that died and were started again', ['thread']],
} as const satisfies Record<string, Spec>;

const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The registry behind /metrics. A name outside the catalogue is a programming error and throws. */
export class Metrics implements Meter {
  readonly registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();

  constructor() {
    const registers = [this.registry];
    for (const [name, spec] of Object.entries<Spec>(CATALOGUE)) {
      const [kind, help, labels = []] = spec;
      const options = { name, help, labelNames: [...labels], registers };
      if (kind === 'counter') this.#counters.set(name, new Counter(options));
      else if (kind === 'gauge') this.#gauges.set(name, new Gauge(options));
      else this.#histograms.set(name, new Histogram({ ...options, buckets: SECONDS_BUCKETS }));
    }
    collectDefaultMetrics({ register: this.registry });
  }

  count(name: string, labels: Readonly<Record<string, string>> = {}, by = 1): void {
    known(this.#counters, name).inc({ ...labels }, by);
  }

  gauge(name: string, value: number, labels: Readonly<Record<string, string>> = {}): void {
    known(this.#gauges, name).set({ ...labels }, value);
  }

  time(name: string, seconds: number, labels: Readonly<Record<string, string>> = {}): void {
    known(this.#histograms, name).observe({ ...labels }, seconds);
  }
}

function known<T>(metrics: ReadonlyMap<string, T>, name: string): T {
  const metric = metrics.get(name);
  if (metric === undefined) throw new Error(`metric ${name} is not in the catalogue of runtime/metrics`);
  return metric;
}
