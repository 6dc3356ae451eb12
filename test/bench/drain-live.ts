import { setTimeout as sleep } from 'node:timers/promises';
import { type DrainStage, setDrainStage } from '../kit/drain-stage.ts';
import type { LiveTimes } from '../kit/live-probe.ts';
import { msText, type Table } from '../kit/table.ts';
import { until } from '../kit/until.ts';
import type { PartOptions } from './part.ts';
import { quantile } from './sample.ts';

/** Live load beside the drain: every 20 ms a message of 100 readings, 5,000 a second. */
const MESSAGE = { everyMs: 20, readings: 100 };

interface Phase {
  readonly what: string;
  readonly times: LiveTimes;
  readonly drained: number;
}

/** What a publisher and the person who is called feel of a backlog that drains: before, while, and after. */
export async function* drainLive({ dir, short }: PartOptions): AsyncGenerator<Table> {
  const stage = await setDrainStage({ dir, rows: short ? 200 : 10_000 });
  const ending = new AbortController();
  const load = publishOn(stage, ending.signal);
  try {
    const crossings = short ? 5 : 60;
    const phases = [await phase('InfluxDB not reachable', stage, crossings)];
    await stage.drain();
    await until('it drains', async () => (await stage.metric('hygate_forwarded_total')) > 0, 60_000);
    phases.push(await phase('while the backlog drains', stage, crossings));
    await until(
      'it is drained',
      async () => (await stage.metric('hygate_forwarded_total')) > stage.backlog,
      300_000,
    );
    phases.push(await phase('afterwards', stage, crossings));
    yield liveTable(phases, stage.backlog);
  } finally {
    ending.abort();
    await load;
    await stage.stop();
  }
}

async function publishOn({ probe }: DrainStage, signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn++) {
    await Promise.all([probe.publishMany(turn % 20, MESSAGE.readings), sleep(MESSAGE.everyMs)]);
  }
}

async function phase(what: string, stage: DrainStage, crossings: number): Promise<Phase> {
  const [begun, before] = [performance.now(), await stage.metric('hygate_forwarded_total')];
  const times = await stage.probe.measure(crossings);
  const forwarded = (await stage.metric('hygate_forwarded_total')) - before;
  return { what, times, drained: (forwarded * 1000) / (performance.now() - begun) };
}

const liveTable = (phases: readonly Phase[], backlog: number): Table => ({
  title: `Live data while a backlog of ${backlog.toLocaleString('en-US')} readings drains into influxd`,
  head: ['', 'PUBACK p50', 'p99', 'crossing → message p50', 'p99', 'to InfluxDB, readings/s'],
  rows: phases.map(({ what, times: { acknowledged, told }, drained }) => [
    what,
    ...[acknowledged, told].flatMap((times) => [msText(quantile(times, 0.5)), msText(quantile(times, 0.99))]),
    drained,
  ]),
  notes: [
    'Beside it 5,000 readings a second come in by MQTT. The message goes to a webhook. Target: 100 ms at the 99th percentile.',
  ],
});
