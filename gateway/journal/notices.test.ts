import { expect, test } from 'vitest';
import type { JournalEvent } from '#model/journal';
import { silentLog } from '#model/log';
import type { Outage } from '#model/outage';
import { CountingMeter } from '../../test/kit/broker.ts';
import { Notices } from './notices.ts';

const sealed: JournalEvent = { type: 'segment-sealed', at: 1, by: null, data: { segment: 1 } };

function stage() {
  const recorded: JournalEvent[] = [];
  const outages: Outage[] = [];
  const journal = { refuses: false };
  const notices = new Notices({
    record: async (event) => {
      if (journal.refuses) throw new Error('the disk is full');
      return recorded.push(event);
    },
    now: () => 5,
    onRoot: () => {},
    onOutage: (outage) => outages.push(outage),
    log: silentLog,
    meter: new CountingMeter(),
  });
  return { notices, recorded, outages, journal };
}

test('what a thread tells before the journal writes is recorded when it does', async () => {
  const { notices, recorded } = stage();
  notices.take({ kind: 'event', event: sealed });
  await notices.flush();
  expect(recorded).toEqual([]);
  notices.serve(true);
  await notices.flush();
  expect(recorded).toEqual([sealed]);
});

test('a seal that a full disk refuses is recorded when there is room, without a start', async () => {
  const { notices, recorded, journal } = stage();
  notices.serve(true);
  journal.refuses = true;
  notices.take({ kind: 'event', event: sealed });
  await notices.flush();
  journal.refuses = false;
  await notices.flush();
  expect(recorded).toEqual([sealed]);
});

test('a damage is an event and an outage, once, whoever finds it', async () => {
  const { notices, recorded, outages } = stage();
  notices.serve(true);
  const damage = { segment: 1, from: 2, to: 3, after: 1, before: 4 };
  notices.take({ kind: 'damage', damage });
  notices.take({ kind: 'damage', damage });
  await notices.flush();
  expect(recorded).toEqual([{ type: 'rows-damaged', at: 5, by: null, data: damage }]);
  expect(outages).toEqual([{ cause: 'damaged', device: null, from: 1, to: 4, readings: null }]);
});
