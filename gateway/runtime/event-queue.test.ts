import { expect, test } from 'vitest';
import type { JournalEvent } from '#model/journal';
import { silentLog } from '#model/log';
import { CountingMeter } from '../../test/kit/broker.ts';
import { until } from '../../test/kit/until.ts';
import { EventQueue } from './event-queue.ts';

const event = (at: number): JournalEvent => ({ type: 'outage', at, by: null, data: {} });

/** A journal that takes an event when the test lets it. */
function stage() {
  const asked: { readonly at: number; readonly take: () => void; readonly refuse: () => void }[] = [];
  const recorded: number[] = [];
  const meter = new CountingMeter();
  const record = ({ at }: JournalEvent) =>
    new Promise<number>((resolve, reject) => {
      const take = () => resolve(recorded.push(at));
      asked.push({ at, take, refuse: () => reject(new Error('the disk is full')) });
    });
  const queue = new EventQueue({ record, meter, log: silentLog });
  const lost = () => meter.of('hygate_events_unrecorded_total', 'outage');
  return { asked, recorded, queue, lost };
}

test('events are recorded in order, one at a time, the first at once', async () => {
  const { asked, recorded, queue } = stage();
  queue.add([event(1), event(2)]);
  const flushed = queue.flush();
  expect(asked.map(({ at }) => at)).toEqual([1]);
  asked[0]?.take();
  await until('the second is asked for', () => asked.length === 2);
  asked[1]?.take();
  await flushed;
  expect(recorded).toEqual([1, 2]);
});

test('what is refused waits for the next flush and keeps its place', async () => {
  const { asked, recorded, queue, lost } = stage();
  queue.add([event(1)]);
  const refused = queue.flush();
  asked[0]?.refuse();
  await refused;
  queue.add([event(2)]);
  const flushed = queue.flush();
  asked[1]?.take();
  await until('the second is asked for', () => asked.length === 3);
  asked[2]?.take();
  await flushed;
  expect(recorded).toEqual([1, 2]);
  expect(lost()).toBe(0);
});

test('when too many wait the oldest go and are counted, and no other with the one that is under way', async () => {
  const { asked, queue, lost } = stage();
  queue.add([event(0)]);
  const flushed = queue.flush();
  queue.add(Array.from({ length: 1000 }, (_, index) => event(index + 1)));
  expect(lost()).toBe(1);
  asked[0]?.take();
  await until('the next is asked for', () => asked.length === 2);
  expect(asked[1]?.at).toBe(1);
  asked[1]?.refuse();
  await flushed;
});

test('the end waits for what is under way, and counts what the journal does not take', async () => {
  const { asked, recorded, queue, lost } = stage();
  queue.add([event(1), event(2)]);
  void queue.flush();
  const ended = queue.end();
  asked[0]?.take();
  await until('the second is asked for', () => asked.length === 2);
  expect(lost()).toBe(0);
  asked[1]?.refuse();
  await ended;
  expect(recorded).toEqual([1]);
  expect(lost()).toBe(1);
});
