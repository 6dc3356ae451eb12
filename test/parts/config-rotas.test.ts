import { expect, test } from 'vitest';
import { loadSite } from '../../gateway/config/load-site.ts';
import { knownToConfig } from '../kit/config.ts';

const known = await knownToConfig();

const file = (rest: string): string => `
site: { id: demo, name: 示范医院 }
areas: [{ id: vaccine, name: 接种门诊, kind: cold-chain }]
devices: [{ id: a, area: vaccine, driver: modbus-fridge, connect: "modbus-tcp://10.0.0.1?unit=1" }]
channels: { email: { host: mail.example.org, from: hygate@example.org } }
people:
  - { id: li, name: 李, phone: "+86 138-0000 0000", email: li@example.org, channels: [email] }
  - { id: wang, name: 王, email: wang@example.org, channels: [email] }
${rest}`;

function siteOf(rest: string) {
  const loaded = loadSite(file(rest), known);
  if ('mistakes' in loaded) throw new Error(JSON.stringify(loaded.mistakes));
  return loaded;
}

const NURSES = `
rotas:
  - id: nurses
    begins: 2026-01-05
    overlap: 15m
    shifts:
      - { id: day, name: 白班, from: "08:00", to: "20:00", weeks: [[li], [wang]] }
      - { id: night, days: [mon, tue, wed, thu, fri], from: "20:00", to: "08:00", weeks: [[wang, li]] }
    substitutes: [{ from: "2026-03-01 08:00", to: "2026-03-02 08:00", person: li, by: wang }]
    holidays: [{ day: 2026-10-01, people: [li] }]
routes:
  - to: [nurses]
    systems: [cold-chain]
    severities: [critical]
    during: [{ days: [sat], from: "20:00", to: "06:00" }]
    escalate: [{ after: 15m, to: [li] }, { after: 5m, to: [wang, nurses] }]
    remind: 30m
`;

test('a rota and a route come out with every length and time read', () => {
  const { site } = siteOf(NURSES);
  const clock = (text: string) =>
    Temporal.PlainDateTime.from(text).toZonedDateTime(site.timeZone).epochMilliseconds;
  expect(site.rotas).toEqual([
    {
      ...{ id: 'nurses', name: 'nurses', begins: '2026-01-05', overlap: 900_000 },
      shifts: [
        { id: 'day', name: '白班', from: 480, to: 1200, weeks: [['li'], ['wang']] },
        { id: 'night', name: 'night', days: [1, 2, 3, 4, 5], from: 1200, to: 480, weeks: [['wang', 'li']] },
      ],
      substitutes: [
        { from: clock('2026-03-01T08:00'), to: clock('2026-03-02T08:00'), person: 'li', by: 'wang' },
      ],
      holidays: [{ day: '2026-10-01', people: ['li'] }],
    },
  ]);
  expect(site.routes).toEqual([
    {
      ...{
        areas: null,
        systems: ['cold-chain'],
        severities: ['critical'],
        to: ['nurses'],
        remind: 1_800_000,
      },
      during: [{ days: [6], from: 1200, to: 360 }],
      escalate: [
        { after: 300_000, to: ['wang', 'nurses'] },
        { after: 900_000, to: ['li'] },
      ],
    },
  ]);
});

test('a gap in a rota is worth a word, and says what happens then', () => {
  const { hints } = siteOf(NURSES);
  expect(hints.map(({ path, message }) => `${path}: ${message.en}`)).toContain(
    'rotas[0].shifts: nobody is on call from sat 20:00: then everybody of this rota is told',
  );
});

test('a rota that covers the week is worth no word', () => {
  const { hints } = siteOf(`
rotas: [{ id: all, begins: 2026-01-05, shifts: [{ id: week, from: "08:00", to: "08:00", weeks: [[li]] }] }]
routes: [{ to: [all] }]`);
  expect(hints.filter(({ path }) => path.startsWith('rotas'))).toEqual([]);
});

test('a telephone number is kept as it is dialled', () => {
  expect(siteOf('').site.people[0]?.phone).toBe('+8613800000000');
});
