import type { Vital } from '#model/vitals';
import type { CATALOGUE, Metrics } from '../runtime/metrics.ts';

type Name = keyof typeof CATALOGUE;

/** What only grows while the gateway runs: a vital is what came since the last time. */
const GROWING = {
  readings_stored: 'hygate_readings_journaled_total',
  readings_bad: 'hygate_readings_bad_total',
  readings_refused: 'hygate_readings_refused_total',
  readings_missing: 'hygate_readings_missing_total',
  messages_failed: 'hygate_message_failures_total',
  threads_restarted: 'hygate_thread_restarts_total',
} as const satisfies Partial<Record<Vital, Name>>;

/** What stands as it is: the metric, and the label that it must bear. */
const STANDING = {
  journal_bytes: ['hygate_journal_bytes', null],
  alarms_open: ['hygate_alarms_open', null],
  messages_waiting: ['hygate_messages_waiting', null],
  alarms_behind_rows: ['hygate_consumer_lag_rows', 'alarms'],
  influx_behind_rows: ['hygate_consumer_lag_rows', 'influx'],
  influx_behind_s: ['hygate_forward_behind_seconds', 'journal'],
  influx_set_aside: ['hygate_forward_aside_lines', null],
} as const satisfies Partial<Record<Vital, readonly [Name, string | null]>>;

export type Growing = Readonly<Record<keyof typeof GROWING, number>>;
export type Standing = Readonly<Partial<Record<keyof typeof STANDING | 'devices_down', number>>>;

/** What parts count anyway, added up over their labels. */
export async function growingOf(metrics: Metrics): Promise<Growing> {
  const sums = Object.entries(GROWING).map(async ([vital, name]) => [
    vital,
    sum((await samplesOf(metrics, name)).map(({ value }) => value)),
  ]);
  return Object.fromEntries(await Promise.all(sums)) as Growing;
}

export const since = (now: Growing, before: Growing): Growing =>
  Object.fromEntries(
    Object.entries(now).map(([vital, count]) => [vital, count - before[vital as keyof Growing]]),
  ) as Growing;

/** What nobody has told yet is left out: without InfluxDB nothing is behind. */
export async function standingOf(metrics: Metrics): Promise<Standing> {
  const found = Object.entries(STANDING).map(async ([vital, [name, label]]) => {
    const samples = await samplesOf(metrics, name);
    const told = samples.filter(({ labels }) => label === null || Object.values(labels).includes(label));
    return told.length === 0 ? [] : [[vital, sum(told.map(({ value }) => value))]];
  });
  const devices = await samplesOf(metrics, 'hygate_device_up');
  const down = devices.filter(({ value }) => value === 0).length;
  return Object.fromEntries([...(await Promise.all(found)).flat(), ['devices_down', down]]) as Standing;
}

async function samplesOf({ registry }: Metrics, name: Name) {
  return (await registry.getSingleMetric(name)?.get())?.values ?? [];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
