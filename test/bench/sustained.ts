import type { Trial } from './path-trial.ts';
import { mean } from './sample.ts';
import { rate, type Scrape } from './scrape.ts';

/** What every stage of the path must hold. Queues must not grow; alarms may be a second behind, InfluxDB three. */
export function notSustained(trial: Omit<Trial, 'why'>, scrapes: readonly Scrape[]): string {
  const { offered, journaled, skipped, lost, bad, forwarded, influxLag } = trial;
  const rowsPerSecond = rate(scrapes, 'hygate_journal_seq');
  const reasons: readonly (readonly [broken: boolean, why: string])[] = [
    [skipped > 0.005 * offered, 'reads skipped'],
    [lost > 0, 'readings lost'],
    [bad > 0.005 * offered, 'bad readings'],
    [journaled < 0.99 * offered, 'journaled less than offered'],
    [grows(scrapes.map(waitingAt), offered), 'queues grow'],
    [trial.alarmLag > rowsPerSecond, 'alarms behind'],
    [forwarded !== null && grows(scrapes.map(influxLagAt), offered), 'InfluxDB behind'],
    [influxLag > 3 * offered, 'InfluxDB behind'],
  ];
  return reasons.find(([broken]) => broken)?.[1] ?? '';
}

/** Readings in the collectors and at the door. */
export const waitingAt = (scrape: Scrape): number =>
  scrape.sum('hygate_collector_queue_readings') + scrape.sum('hygate_door_pending_readings');

/** Readings that InfluxDB has not accepted yet. */
export const influxLagAt = (scrape: Scrape): number =>
  scrape.sum('hygate_readings_journaled_total') - scrape.sum('hygate_forwarded_total');

/** The last third lies above the first by more than half a second's readings: threads report once a second. */
function grows(gauge: readonly number[], offered: number): boolean {
  const third = Math.ceil(gauge.length / 3);
  return mean(gauge.slice(-third)) - mean(gauge.slice(0, third)) > offered / 2;
}
