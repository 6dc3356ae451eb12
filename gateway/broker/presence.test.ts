import { expect, test } from 'vitest';
import type { Outage } from '#model/outage';
import { realClock } from '#model/time';
import { apiSite } from '../../test/kit/api-site.ts';
import { Presence } from './presence.ts';

const box = { role: 'logger', user: 'box', device: 'fridge-1' } as const;

const [old, young] = [{}, {}];

function stage() {
  const told: Outage[] = [];
  let now = 1000;
  const clock = { ...realClock, wall: () => now };
  const site = { ...apiSite, devices: apiSite.devices.slice(0, 1) };
  const presence = new Presence({ site, clock, onOutage: (outage) => told.push(outage) });
  const brief = () => told.splice(0).map(({ device, from, to }) => [device, from, to]);
  return {
    presence,
    brief,
    at: (time: number) => {
      now = time;
    },
  };
}

test('a logger is away from the start until it logs in, and again when it leaves', () => {
  const { presence, brief, at } = stage();
  presence.start();
  expect(brief()).toEqual([['fridge-1', 1000, null]]);
  at(2000);
  presence.enter(old, box);
  expect(brief()).toEqual([['fridge-1', 1000, 2000]]);
  at(3000);
  presence.leave(old, box);
  expect(brief()).toEqual([['fridge-1', 3000, null]]);
});

test('the old connection of a logger that is back already takes nothing away', () => {
  const { presence, brief, at } = stage();
  presence.start();
  presence.enter(old, box);
  presence.enter(young, box);
  brief();
  at(2000);
  presence.leave(old, box);
  presence.leave(old, box);
  expect(brief()).toEqual([]);
  presence.leave(young, box);
  expect(brief()).toEqual([['fridge-1', 2000, null]]);
});

test('readers and collectors are nobody’s absence, and a broker that stops blames nobody', () => {
  const { presence, brief } = stage();
  presence.start();
  presence.enter(old, box);
  brief();
  presence.enter({}, { role: 'reader', user: 'hmi' });
  presence.leave({}, { role: 'collector', user: 'other' });
  presence.leave({}, undefined);
  presence.stop();
  presence.leave(old, box);
  expect(brief()).toEqual([]);
});
