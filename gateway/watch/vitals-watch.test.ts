import { tmpdir } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import type { JournalEvent } from '#model/journal';
import { silentLog } from '#model/log';
import { MINUTE } from '#model/time';
import { VITALS, VITALS_EVERY, vitalsOf } from '#model/vitals';
import { HandClock } from '../../test/kit/hand-clock.ts';
import { Metrics } from '../runtime/metrics.ts';
import { VitalsWatch } from './vitals-watch.ts';

async function watch(record?: () => Promise<number>) {
  const clock = new HandClock(1_795_000_000_000);
  const meter = new Metrics();
  const told: JournalEvent[] = [];
  const take = async (event: JournalEvent) => told.push(event);
  const part = new VitalsWatch({
    ...{ dataDir: tmpdir(), clock, log: silentLog, meter },
    journal: { record: record ?? take },
  });
  await part.start();
  onTestFinished(() => part.stop());
  return { clock, meter, told, part };
}

const toldAre = (told: readonly unknown[], count: number) => expect.poll(() => told).toHaveLength(count);

test('what was counted since the last time, and what stands now; each by a name of the list', async () => {
  const { clock, meter, told } = await watch();
  meter.count('hygate_readings_journaled_total', {}, 40);
  meter.count('hygate_readings_bad_total', { device: 'a', reason: 'frozen' }, 2);
  meter.count('hygate_readings_bad_total', { device: 'b', reason: 'decode' }, 3);
  meter.gauge('hygate_alarms_open', 1, { severity: 'critical' });
  meter.gauge('hygate_alarms_open', 2, { severity: 'notice' });
  meter.gauge('hygate_device_up', 0, { device: 'a' });
  meter.gauge('hygate_device_up', 1, { device: 'b' });
  meter.gauge('hygate_consumer_lag_rows', 7, { consumer: 'alarms' });
  await clock.advance(VITALS_EVERY);
  await toldAre(told, 1);
  meter.count('hygate_readings_journaled_total', {}, 5);
  await clock.advance(VITALS_EVERY);
  await toldAre(told, 2);

  const [first, second] = told.map(vitalsOf);
  expect(told[0]).toMatchObject({ type: 'vitals', by: null, at: 1_795_000_000_000 + 5 * MINUTE });
  expect(first).toMatchObject({
    ...{ uptime_s: 300, readings_stored: 40, readings_bad: 5, alarms_open: 3, devices_down: 1 },
    ...{ alarms_behind_rows: 7, messages_failed: 0 },
  });
  expect(second).toMatchObject({ uptime_s: 600, readings_stored: 5, readings_bad: 0, alarms_open: 3 });
  expect(first?.['memory_bytes']).toBeGreaterThan(10_000_000);
  expect(first?.['disk_free_share']).toBeGreaterThanOrEqual(0);
  expect(first?.['disk_free_share']).toBeLessThanOrEqual(1);
  expect(first?.['loop_delay_p99_ms']).toBeGreaterThanOrEqual(0);
  expect(Object.keys(VITALS)).toEqual(expect.arrayContaining(Object.keys(first ?? {})));
});

test('without InfluxDB nothing is said of it; with one, how far behind it is', async () => {
  const { clock, meter, told } = await watch();
  await clock.advance(VITALS_EVERY);
  await toldAre(told, 1);
  expect(Object.keys(told[0]?.data ?? {}).filter((name) => name.startsWith('influx'))).toEqual([]);
  meter.gauge('hygate_consumer_lag_rows', 12, { consumer: 'influx' });
  meter.gauge('hygate_forward_behind_seconds', 3.5, { stream: 'journal' });
  meter.gauge('hygate_forward_behind_seconds', 99, { stream: 'alarms' });
  meter.gauge('hygate_forward_aside_lines', 4, { reason: 'too-large' });
  await clock.advance(VITALS_EVERY);
  await toldAre(told, 2);
  expect(told[1]?.data).toMatchObject({ influx_behind_rows: 12, influx_behind_s: 3.5, influx_set_aside: 4 });
});

test('a journal that cannot write loses the vitals, counted, and gets the next', async () => {
  let full = true;
  const kept: unknown[] = [];
  const { clock, meter } = await watch(async () => {
    if (full) throw new Error('disk full');
    return kept.push('vitals');
  });
  await clock.advance(VITALS_EVERY);
  const lost = async () =>
    (await meter.registry.getSingleMetric('hygate_events_unrecorded_total')?.get())?.values;
  await expect.poll(lost).toMatchObject([{ value: 1, labels: { type: 'vitals' } }]);
  full = false;
  await clock.advance(VITALS_EVERY);
  await toldAre(kept, 1);
});

test('after a stop nothing is told any more', async () => {
  const { clock, told, part } = await watch();
  await part.stop();
  await clock.advance(2 * VITALS_EVERY);
  expect(told).toEqual([]);
});
