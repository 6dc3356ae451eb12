import { expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Reading } from '#model/reading';
import { HOUR, MINUTE } from '#model/time';
import { ruleLike } from '../../../test/kit/alarm-rules.ts';
import { goodReading } from '../../../test/kit/alarms-engine.ts';
import { alarmSite } from '../../../test/kit/alarms-site.ts';
import { parseValues, readingsEntry, START } from '../../../test/kit/alarms-timeline.ts';
import { silentAnnouncer } from '../../../test/kit/silent-announcer.ts';
import { BEGINNING } from '../changes.ts';
import { Evaluator } from './evaluator.ts';
import { LateDesk } from './late-desk.ts';

const NOW = START + 72 * HOUR;
const LATE = parseValues('5x10 9x15 5x5', START + 60 * HOUR, MINUTE).filter((reading) => reading !== null);

/** What becomes of late readings, with so many of 7 °C in the run-up before them. */
async function judged(before: number) {
  const rules = [ruleLike({}), ruleLike({ kind: 'kinetic-mean', limit: 6 })];
  const empty = { position: BEGINNING, points: [], alarms: [], kept: [] };
  const evaluator = new Evaluator(alarmSite({ rules }), silentAnnouncer, empty, NOW);
  evaluator.take(readingsEntry(1, NOW, LATE));
  evaluator.tick(NOW + MINUTE);
  const counted: string[] = [];
  const first = LATE[0]?.at ?? 0;
  const desk = new LateDesk({
    evaluator,
    history: {
      async readings(_point, from, to, limit): Promise<Reading[]> {
        if (to > first) return LATE;
        const step = (to - from) / (before + 1);
        return Array.from({ length: Math.min(limit, before) }, (_, n) =>
          goodReading(7, from + (n + 1) * step),
        );
      },
    },
    alarms: async () => [],
    onJudged: () => undefined,
    log: silentLog,
    meter: { ...silentMeter, count: (name) => void counted.push(name) },
  });
  desk.look();
  await desk.stop();
  return { alarms: evaluator.open().map(({ rule }) => rule.id), counted };
}

test('a signal is run up by what lies before the late readings', async () => {
  expect(await judged(2_000)).toEqual({ alarms: ['high', 'kinetic-mean'], counted: [] });
});

test('where too much lies before them it is passed over, counted, and a limit is judged all the same', async () => {
  expect(await judged(60_000)).toEqual({
    alarms: ['high'],
    counted: ['hygate_alarm_late_signals_skipped_total'],
  });
});
