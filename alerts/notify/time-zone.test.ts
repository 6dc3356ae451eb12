import { expect, test } from 'vitest';
import { usableZone } from './time-zone.ts';

test.each([
  ['Asia/Shanghai', -480, 'Asia/Shanghai'],
  ['Etc/Unknown', 0, '+00:00'],
  [undefined, -480, '+08:00'],
  [undefined, 210, '-03:30'],
])('the zone %s at %i minutes is written as %s, and can be written', (zone, offset, expected) => {
  const timeZone = usableZone(zone, offset);
  expect(timeZone).toBe(expected);
  expect(new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone }).format(0)).toMatch(/^19/);
});
