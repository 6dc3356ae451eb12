import { expect, test } from 'vitest';
import { conditionPoint, conditionRule } from '#model/condition';
import { HOUR, MINUTE, SECOND } from '#model/time';
import { limitRule, noDataRule } from '../../../test/kit/alarms-site.ts';
import { ladder, type RouteParts, siteWith, stage } from '../../../test/kit/telling-site.ts';
import { TellingStage } from '../../../test/kit/telling-stage.ts';
import { announcerOf } from './announcer.ts';

const warning = limitRule({ severity: 'warning' });

const areaRoutes: readonly RouteParts[] = [
  { areas: ['vaccine'], severities: ['warning', 'critical'], to: ['li', 'wang'] },
  { severities: ['critical'], to: ['wang', 'director'] },
  { areas: ['pool'], to: ['chen'] },
];

test.each([
  ['critical', ['raised li', 'raised wang', 'raised director']],
  ['warning', ['raised li', 'raised wang']],
  ['notice', []],
] as const)('a raise (%s) goes once to everyone on a route of its area and severity', (severity, told) => {
  const night = stage(areaRoutes);
  night.raise(limitRule({ severity }));
  expect(night.said()).toEqual(told);
});

test('an all-clear goes to whoever heard of the raise, whatever the routes say by now', () => {
  const night = stage([{ to: ['li'] }]);
  const id = night.raise();
  night.restart(siteWith([{ to: ['wang'] }]));
  night.clear(id);
  expect(night.said()).toEqual(['raised li', 'cleared li']);
});

test('acknowledgements and comments are not told', () => {
  const night = stage([{ to: ['li'] }]);
  const id = night.raise();
  night.acknowledge(id);
  night.comment(id);
  expect(night.said()).toEqual(['raised li']);
});

test('an alarm of a point that left the site file still goes to the routes of all areas', () => {
  const night = stage(areaRoutes);
  night.raise(limitRule(), { point: 'gone.temp' });
  expect(night.said()).toEqual(['raised wang', 'raised director']);
});

test('an alarm of the gateway about itself goes to the routes of every area', () => {
  const night = stage(areaRoutes);
  night.raise(conditionRule('disk-low'), { point: conditionPoint('disk-low') });
  expect(night.said()).toEqual(['raised li', 'raised wang', 'raised chen']);
});

test('a route of a kind of area takes the alarms of such areas', () => {
  const night = stage([
    { systems: ['cold-chain'], to: ['li'] },
    { systems: ['pool-water'], to: ['wang'] },
  ]);
  night.raise();
  expect(night.said()).toEqual(['raised li']);
});

test('a route takes what is raised at its hours, and is told of the rest when they come, if nobody has taken it', () => {
  // It is eight in the morning in Shanghai.
  const night = stage([
    { to: ['li'], during: [{ from: 9 * 60, to: 17 * 60 }], escalate: [{ after: 5 * MINUTE, to: ['head'] }] },
  ]);
  const [taken, open] = [night.raise(), night.raise(warning)];
  night.acknowledge(taken);
  night.pass(HOUR - SECOND);
  expect(night.said()).toEqual([]);
  night.pass(SECOND);
  expect(night.deliveries.map(({ alarms }) => alarms[0]?.id)).toEqual([open]);
  expect(night.said()).toEqual(['raised li']);
  night.pass(5 * MINUTE - SECOND);
  expect(night.said()).toEqual([]);
  night.pass(SECOND);
  expect(night.said()).toEqual(['escalated head']);
});

const rota = {
  ...{ id: 'nurses', name: '护士', begins: '2026-01-05', overlap: 0, substitutes: [], holidays: [] },
  shifts: [
    { id: 'day', name: '白班', from: 8 * 60, to: 20 * 60, weeks: [['li']] },
    { id: 'night', name: '夜班', from: 20 * 60, to: 2 * 60, weeks: [['wang']] },
  ],
};

test('a rota means whoever is on call, and whoever comes on call hears what nobody has taken', () => {
  const night = new TellingStage({
    site: siteWith([{ to: ['nurses'], remind: 6 * HOUR }], { rotas: [rota] }),
    step: MINUTE,
  });
  const [open, taken] = [night.raise(), night.raise()];
  night.acknowledge(taken);
  expect(night.said()).toEqual(['raised li', 'raised li']);
  night.pass(12 * HOUR);
  // Reminded at 14:00; at 20:00 the night shift, and only the night shift, is called.
  expect(night.said()).toEqual(['reminder li', 'raised wang']);
  night.clear(open);
  expect(night.said()).toEqual(['cleared li', 'cleared wang']);
});

test('when nobody is on call everybody of the rota is told, and the gap is counted once', () => {
  const counted: unknown[] = [];
  const meter = { count: (...call: unknown[]) => counted.push(call), gauge() {}, time() {} };
  const site = siteWith([{ to: ['nurses'] }], { rotas: [rota] });
  const night = new TellingStage({ site, meter, start: Date.UTC(2026, 0, 5, 19) });
  night.raise();
  night.pass(5 * MINUTE);
  expect(night.said()).toEqual(['raised li', 'raised wang']);
  expect(counted).toEqual([['hygate_rota_gaps_total', { rota: 'nurses' }]]);
});

test('where the rule wants three people the steps of the escalation fill up', () => {
  const steps = [
    { after: 5 * MINUTE, to: ['head', 'li'] },
    { after: 10 * MINUTE, to: ['director', 'chen'] },
  ];
  const night = stage([{ to: ['li'], escalate: steps }]);
  const id = night.raise(limitRule({ people: 3 }));
  expect(night.said()).toEqual(['raised li', 'raised head', 'raised director']);
  night.clear(id);
  expect(night.said()).toEqual(['cleared li', 'cleared head', 'cleared director']);
});

test('an acknowledgement that expires in the next shift is told to that shift as news', () => {
  const night = new TellingStage({ site: siteWith([{ to: ['nurses'] }], { rotas: [rota] }), step: MINUTE });
  const id = night.raise();
  night.acknowledge(id);
  night.pass(13 * HOUR);
  night.expire(id);
  expect(night.said()).toEqual(['raised li', 'raised wang']);
});

test('nothing is said while an alarm is quiet, and what waits of it is withdrawn', () => {
  const night = stage([{ to: ['li'], escalate: ladder, remind: MINUTE }]);
  const id = night.raise();
  night.said();
  night.shelve(id);
  expect(night.withdrawn).toEqual([id]);
  night.pass(HOUR);
  night.raise(limitRule(), { suppressedBy: id });
  night.raise(limitRule(), { outOfService: true });
  night.pass(HOUR);
  expect(night.said()).toEqual([]);
  night.comment(id);
  expect(night.withdrawn).toEqual([id]);
});

test('whoever was told of an alarm before it was shelved is told that it is over, and nobody else', () => {
  const night = stage([{ to: ['li'] }]);
  const [told, silent] = [night.raise(), night.raise(limitRule(), { shelvedUntil: 5 })];
  night.shelve(told);
  night.said();
  night.clear(told);
  night.clear(silent);
  expect(night.said()).toEqual(['cleared li']);
});

test('an alarm that is explained in the second in which it was raised was never told of', () => {
  const site = siteWith([{ to: ['li'] }]);
  const announcer = announcerOf(site)(new Map(), [], () => undefined);
  const night = new TellingStage({ site });
  const alarm = night.alarm(night.raise(noDataRule()));
  const cause = { at: 1, by: null, comment: null };
  announcer.hear({ type: 'raised', ...cause, alarm });
  announcer.hear({ type: 'suppressed', ...cause, alarm: { ...alarm, suppressedBy: 'power' } });
  announcer.hear({
    ...{ type: 'cleared', ...cause },
    alarm: { ...alarm, suppressedBy: 'power', state: 'returned', clearedAt: 2 },
  });
  expect(announcer.drain()).toMatchObject({ deliveries: [], withdrawn: [alarm.id] });
});
