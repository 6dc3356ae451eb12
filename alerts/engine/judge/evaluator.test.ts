import { expect, test } from 'vitest';
import type { Rule } from '#model/rule';
import type { InfluxTarget } from '#model/site';
import { MINUTE } from '#model/time';
import { ruleLike } from '../../../test/kit/alarm-rules.ts';
import { goodReading } from '../../../test/kit/alarms-engine.ts';
import { alarmSite, limitRule } from '../../../test/kit/alarms-site.ts';
import { MemoryStored } from '../../../test/kit/alarms-stored.ts';
import { judgeLate, parseValues, readingsEntry, START } from '../../../test/kit/alarms-timeline.ts';
import { silentAnnouncer } from '../../../test/kit/silent-announcer.ts';
import { BEGINNING } from '../changes.ts';
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
  const { stored } = new MemoryStored().take(first.drain());
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
    new MemoryStored().take(first.drain()).stored,
    START + MINUTE,
  );
  second.report('disk-full', true, START + MINUTE);
  expect(second.eventful).toBe(false);
  second.report('disk-full', false, START + 2 * MINUTE);
  expect(second.open()).toMatchObject([{ state: 'returned', clearedAt: START + 2 * MINUTE }]);
});

test('a condition of several subjects is an alarm for each of them', () => {
  const empty = new MemoryStored().stored;
  const evaluator = new Evaluator(alarmSite({ rules: [] }), silentAnnouncer, empty, START);
  const sms = { id: 'sms', name: { zh: '短信', en: 'SMS' } };
  evaluator.report('channel-silent', true, START, sms);
  evaluator.report('channel-silent', true, START, { id: 'wecom', name: { zh: '企业微信', en: 'WeCom' } });
  evaluator.report('channel-silent', false, START + MINUTE, sms);
  expect(evaluator.open()).toMatchObject([
    {
      ...{ point: 'hygate.channel-sms', state: 'returned' },
      rule: { id: 'channel-silent', name: { en: expect.stringContaining(': SMS') } },
    },
    { point: 'hygate.channel-wecom', state: 'unacknowledged' },
  ]);
});

test('a condition of a channel that left the site file ends at the next start, one of a channel that is there lasts', () => {
  const withChannels = (...names: string[]) =>
    alarmSite({ rules: [], channels: Object.fromEntries(names.map((name) => [name, {}])) });
  const first = new Evaluator(
    withChannels('sms', 'wecom'),
    silentAnnouncer,
    new MemoryStored().stored,
    START,
  );
  for (const id of ['sms', 'wecom'])
    first.report('channel-silent', true, START, { id, name: { zh: id, en: id } });
  first.report('disk-low', true, START);
  const { stored } = new MemoryStored().take(first.drain());
  const second = new Evaluator(withChannels('sms'), silentAnnouncer, stored, START + MINUTE);
  const lasting = second.open().filter(({ clearedAt }) => clearedAt === null);
  expect(lasting.map(({ point }) => point)).toEqual(['hygate.channel-sms', 'hygate.disk']);
  expect(second.drain().events).toMatchObject([
    { event: { type: 'cleared', comment: expect.stringContaining('no longer in the site file') } },
  ]);
});

test('conditions of certificates and of a forwarding that left the site file end at the next start', () => {
  const influx: InfluxTarget = {
    ...{ url: 'https://influx.example', batch: 1, timeout: 1 },
    api: { version: 'v1', database: 'd', user: 'u', password: 'p' },
  };
  const site = { ...alarmSite({ rules: [] }), pageUrl: 'https://gw.example', influx };
  const first = new Evaluator(site, silentAnnouncer, new MemoryStored().stored, START);
  const about = (id: string) => ({ id, name: { zh: id, en: id } });
  for (const id of ['page', 'influx', 'opcua-1'])
    first.report('certificate-expiring', true, START, about(id));
  for (const id of ['alarms', 'influx']) first.report('backlog', true, START, about(id));
  const { stored } = new MemoryStored().take(first.drain());
  const second = new Evaluator({ ...site, influx: null }, silentAnnouncer, stored, START + MINUTE);
  const lasting = second.open().filter(({ clearedAt }) => clearedAt === null);
  expect(lasting.map(({ point }) => point)).toEqual(['hygate.certificate-page', 'hygate.backlog-alarms']);
});

test('a limit that is changed while its alarm lasts judges from then on: without a new delay, and the alarm says so', () => {
  const at = (evaluator: Evaluator, minute: number, value: number) => {
    const now = START + minute * MINUTE;
    evaluator.take(readingsEntry(minute, now, [goodReading(value, now)]));
  };
  const first = new Evaluator(
    alarmSite({ rules: [limitRule()] }),
    silentAnnouncer,
    new MemoryStored().stored,
    START,
  );
  for (let minute = 0; minute <= 10; minute++) at(first, minute, 12);
  const { stored } = new MemoryStored().take(first.drain());
  const changed = alarmSite({ rules: [limitRule({ limit: 10 })] });
  const second = new Evaluator(changed, silentAnnouncer, stored, START + 11 * MINUTE);
  at(second, 11, 12);
  expect(second.open()).toMatchObject([{ state: 'unacknowledged', rule: { limit: 10 } }]);
  at(second, 12, 9);
  const { events } = second.drain();
  expect(events.map(({ event }) => [event.type, event.by])).toEqual([
    ['commented', null],
    ['cleared', null],
  ]);
  expect(first.open()).toMatchObject([{ rule: { limit: 8 } }]);
});

const exposed = (minutes: number, limit = 60 * MINUTE) => {
  const rule = ruleLike({ kind: 'exposure', limit });
  const values = parseValues(`9x${minutes}`, START, MINUTE).filter((reading) => reading !== null);
  return { site: alarmSite({ rules: [rule] }), values };
};

test('a signal goes on from its stored state, and begins anew when its rule counts something else', () => {
  const empty = { position: BEGINNING, points: [], alarms: [], kept: [] };
  const { site, values } = exposed(70);
  const first = new Evaluator(site, silentAnnouncer, empty, START);
  for (const reading of values.slice(0, 40)) first.take(readingsEntry(1, reading.at, [reading]));
  const stored = structuredClone(first.drain());
  const goOn = (rule: Rule) => {
    const second = new Evaluator(
      alarmSite({ rules: [rule] }),
      silentAnnouncer,
      { ...stored, alarms: [], kept: [] },
      START,
    );
    for (const reading of values.slice(40)) second.take(readingsEntry(1, reading.at, [reading]));
    return second.open().map(({ since }) => (since - START) / MINUTE);
  };
  expect(goOn(ruleLike({ kind: 'exposure', limit: 60 * MINUTE }))).toEqual([0]);
  expect(goOn(ruleLike({ kind: 'exposure', limit: 60 * MINUTE, beyond: 7 }))).toEqual([]);
  expect(goOn(ruleLike({ kind: 'exposure', limit: 60 * MINUTE, within: 600 * MINUTE }))).toEqual([]);
});

test('a rule that compares with a point which the site does not have judges nothing', () => {
  const site = alarmSite({ rules: [ruleLike({ kind: 'difference', other: 'nobody.temp' })] });
  const empty = { position: BEGINNING, points: [], alarms: [], kept: [] };
  const evaluator = new Evaluator(site, silentAnnouncer, empty, START);
  for (const reading of exposed(20).values) evaluator.take(readingsEntry(1, reading.at, [reading]));
  expect(evaluator.open()).toEqual([]);
});

test('what signals remember is too much to read: a limit is judged from late readings all the same', () => {
  const rules = [ruleLike({ kind: 'limit' }), ruleLike({ kind: 'kinetic-mean', limit: 6 })];
  const now = START + 40 * 60 * MINUTE;
  const values = parseValues('5x10 9x15 5x5', START, MINUTE).filter((reading) => reading !== null);
  const empty = { position: BEGINNING, points: [], alarms: [], kept: [] };
  const evaluator = new Evaluator(alarmSite({ rules }), silentAnnouncer, empty, now);
  evaluator.take(readingsEntry(1, now, values));
  evaluator.tick(now + MINUTE);
  for (const question of evaluator.lateQuestions()) {
    expect(question.from - question.runUp).toBeGreaterThan(23 * 60 * MINUTE);
    evaluator.judgeLate(question, { readings: values, runUp: null, known: [], whole: true });
  }
  expect(evaluator.open()).toMatchObject([{ rule: { id: 'high' }, since: START + 10 * MINUTE }]);
});
