import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '#model/time';
import { limitRule, noDataRule } from '../../../test/kit/alarms-site.ts';
import { elsewhere, flicker, nearby, site, stage, toLi, warning } from '../../../test/kit/telling-crowd.ts';
import { TellingStage } from '../../../test/kit/telling-stage.ts';

test('an alarm that comes and goes is told of twice, and then counted every half hour', () => {
  const night = stage();
  const ids = Array.from({ length: 90 }, () => flicker(night));
  const lines = toLi(night);
  const digests = night.deliveries;
  expect(digests).toEqual([]);
  expect(lines.filter((line) => line === 'raised')).toHaveLength(2);
  night.pass(2 * HOUR);
  const all = [...lines, ...toLi(night)];
  expect(all.length).toBeLessThanOrEqual(6);
  const counted = all
    .flatMap((line) => Number(/digest (\d+)/.exec(line)?.[1] ?? 0))
    .reduce((a, b) => a + b, 0);
  expect(counted).toBe(ids.length - 2);
});

test('what comes and goes every eight minutes is counted, too', () => {
  const night = stage();
  for (let count = 0; count < 24; count++) {
    flicker(night);
    night.pass(8 * MINUTE);
  }
  night.pass(HOUR);
  // Five of the first hour as they come and go, then lists.
  const lines = toLi(night);
  expect(lines.filter((line) => line === 'raised')).toHaveLength(5);
  expect(lines.filter((line) => line.startsWith('digest')).length).toBeLessThanOrEqual(7);
});

test('a critical one that came and went, and then stays, is told after a minute', () => {
  const night = stage();
  for (let count = 0; count < 4; count++) flicker(night, limitRule());
  expect(toLi(night).filter((line) => line === 'raised')).toHaveLength(2);
  night.raise();
  night.pass(MINUTE - SECOND);
  expect(toLi(night)).toEqual([]);
  night.pass(SECOND);
  expect(toLi(night)).toEqual(['raised']);
});

test('three excursions that are found at once, hours apart, do not come and go', () => {
  const night = stage();
  for (const hours of [9, 6, 3]) {
    const raisedAt = night.now - hours * HOUR;
    night.raise(limitRule(), { raisedAt, late: true, state: 'returned', clearedAt: raisedAt + MINUTE });
  }
  expect(toLi(night)).toEqual(['raised', 'raised', 'raised']);
});

test('a rule is calm again an hour after its last raise', () => {
  const night = new TellingStage({ site, step: 10 * SECOND });
  for (let count = 0; count < 5; count++) flicker(night);
  night.pass(DAY);
  night.said();
  night.raise(warning);
  expect(toLi(night)).toEqual(['raised']);
});

test('what comes and goes does not go out with other lists', () => {
  const night = stage();
  for (let count = 0; count < 5; count++) flicker(night);
  for (let count = 0; count < 3; count++) night.raise(noDataRule(), nearby());
  night.said();
  night.pass(30 * SECOND);
  expect(toLi(night)).toEqual(['digest 2']);
});

test('when all is over and told, nothing of it is kept but the number of lists', () => {
  const night = stage();
  const ids = [...Array.from({ length: 14 }, () => night.raise(warning, elsewhere())), flicker(night)];
  for (const id of ids.slice(0, 14)) night.clear(id);
  for (const id of ids.slice(0, 14)) night.acknowledge(id);
  night.pass(2 * HOUR);
  expect(night.kept()).toEqual(['person/li', 'person/wang']);
});

test('what comes and goes and then lasts is told after five minutes, with all that was counted till then', () => {
  const night = stage();
  for (let count = 0; count < 6; count++) flicker(night);
  toLi(night);
  night.raise(warning);
  night.pass(5 * MINUTE - 1);
  expect(toLi(night)).toEqual([]);
  night.restart();
  night.pass(1);
  expect(toLi(night)).toEqual(['digest 5']);
  night.pass(HOUR);
  expect(toLi(night)).toEqual([]);
});

test('twenty that come and go at once and then last are one message', () => {
  const night = stage();
  const points = Array.from({ length: 20 }, elsewhere);
  for (let count = 0; count < 6; count++) {
    for (const point of points) {
      const id = night.raise(warning, point);
      night.clear(id);
      night.acknowledge(id);
    }
    night.pass(10 * SECOND);
  }
  night.pass(31 * MINUTE);
  night.said();
  for (const point of points) {
    night.raise(warning, point);
    night.pass(SECOND);
  }
  night.pass(6 * MINUTE);
  expect(toLi(night)).toEqual(['digest 20']);
});

test('a critical one that lasts is told within a minute, also when the clock is set back meanwhile', () => {
  const night = stage();
  for (let count = 0; count < 6; count++) flicker(night, limitRule());
  night.pass(5 * SECOND);
  toLi(night);
  night.raise(limitRule());
  expect(toLi(night)).toEqual([]);
  night.leap(-6 * HOUR);
  night.pass(MINUTE);
  expect(toLi(night)).toEqual(['raised']);
});
