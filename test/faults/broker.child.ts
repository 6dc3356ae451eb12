import type { AlarmEvent } from '#model/alarm';
import { silentLog } from '#model/log';
import { realClock } from '#model/time';
import { Broker } from '../../gateway/broker/broker.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { LiveValues } from '../../gateway/journal/live.ts';
import { COLLECTOR, CountingMeter, loggerDevice, testSite } from '../kit/broker.ts';

/*
 * The broker with a real journal behind it, in a process of its own: what is measured from outside is then its own
 * doing, and not that of the clients. `box-0`, `box-1`, … may come; it ends with its parent.
 */
export type Order =
  | { readonly kind: 'count'; readonly name: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'stored' }
  /** Alarm messages to all readers: how many, and of how many bytes each. */
  | { readonly kind: 'alarms'; readonly count: number; readonly bytes: number };

const [dir = '', boxes = '0'] = process.argv.slice(2);
const meter = new CountingMeter();
const common = { log: silentLog, meter, clock: realClock };
const journal = new FileJournal({ ...common, dir });
const live = new LiveValues({ journal, log: silentLog });
const devices = Array.from({ length: Number(boxes) }, (_, index) => loggerDevice(`box-${index}`));
const broker = new Broker({ ...common, site: testSite(devices), journal, live, extraClients: [COLLECTOR] });

let alarms = 0;
function alarm(bytes: number): void {
  const id = `a${alarms++ % 10}`;
  const body = { id, state: 'unacknowledged' } as AlarmEvent['alarm'];
  broker.publishAlarm({ type: 'raised', at: alarms, by: null, comment: 'x'.repeat(bytes), alarm: body });
}

/** Values of every point's stored readings. */
async function stored(): Promise<Readonly<Record<string, readonly (number | null)[]>>> {
  const all = devices.map(async ({ id }) => {
    const readings = await journal.history.readings(`${id}.temp`, 0, Number.MAX_SAFE_INTEGER, 1_000_000);
    return [id, readings.map(({ value }) => value)] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

async function answer(order: Order): Promise<unknown> {
  if (order.kind === 'count') return meter.of(...order.name.split(' '));
  if (order.kind === 'memory') return process.memoryUsage().rss;
  if (order.kind === 'stored') return stored();
  for (let n = 0; n < order.count; n++) {
    alarm(order.bytes);
    await realClock.sleep(1);
  }
  return order.count;
}

await journal.start();
await live.start();
await broker.start();
process.on('message', ({ id, order }: { id: number; order: Order }) => {
  void answer(order).then((result) => process.send?.({ id, result }));
});
process.once('disconnect', async () => {
  await broker.stop();
  await live.stop();
  await journal.stop();
  process.exit();
});
process.send?.({ id: 0, result: broker.port });
