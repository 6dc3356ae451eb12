import { expect, test } from 'vitest';
import { MINUTE } from '#model/time';
import { alarmSite, limitRule } from '../../test/kit/alarms-site.ts';
import { judgeLate, parseValues, readingsEntry, START } from '../../test/kit/alarms-timeline.ts';
import { silentAnnouncer } from '../../test/kit/silent-announcer.ts';
import { BEGINNING } from './changes.ts';
import { Evaluator } from './evaluator.ts';

test('late readings that were gathered but not judged yet survive a restart', () => {
  const site = alarmSite({ rules: [limitRule()] });
  const empty = { position: BEGINNING, points: [], alarms: [], kept: [] };
  const first = new Evaluator(site, silentAnnouncer, empty, START);
  const now = START + 60 * MINUTE;
  const late = parseValues('5x5 9x15 5x5', START, MINUTE).filter((reading) => reading !== null);
  first.take(
    readingsEntry(
      1,
      now,
      parseValues('5', now, MINUTE).filter((reading) => reading !== null),
    ),
  );
  first.take(readingsEntry(2, now, late));
  const stored = { ...structuredClone(first.drain()), kept: [] };
  const second = new Evaluator(site, silentAnnouncer, stored, now + MINUTE);
  second.tick(now + MINUTE);
  judgeLate(second, [readingsEntry(2, now, late)], []);
  expect(second.open()).toMatchObject([{ late: true, state: 'returned', since: START + 5 * MINUTE }]);
});

test('what the gateway reports of itself is one alarm until it is over, also across a restart', () => {
  const site = alarmSite({ rules: [limitRule()] });
  const empty = { position: BEGINNING, points: [], alarms: [], kept: [] };
  const first = new Evaluator(site, silentAnnouncer, empty, START);
  first.report('disk-full', false, START);
  expect(first.eventful).toBe(false);
  first.report('disk-full', true, START);
  first.report('disk-full', true, START + 1);
  expect(first.open()).toMatchObject([
    { point: 'hygate.disk', since: START, rule: { severity: 'critical' } },
  ]);
  const second = new Evaluator(
    site,
    silentAnnouncer,
    { ...structuredClone(first.drain()), kept: [] },
    START + MINUTE,
  );
  second.report('disk-full', true, START + MINUTE);
  expect(second.eventful).toBe(false);
  second.report('disk-full', false, START + 2 * MINUTE);
  expect(second.open()).toMatchObject([{ state: 'returned', clearedAt: START + 2 * MINUTE }]);
});
