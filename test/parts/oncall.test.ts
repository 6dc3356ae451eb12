import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTE } from '#model/time';
import { ApiClient, administrator, startGateway, type TestGateway } from '../kit/api-gateway.ts';
import { apiSite } from '../kit/api-site.ts';
import { HandClock } from '../kit/hand-clock.ts';

const at = (text: string) =>
  Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Shanghai').epochMilliseconds;

const site = {
  ...apiSite,
  people: [
    { id: 'li', name: '李工', language: 'zh', channels: [], phone: '13800000000' },
    { id: 'wang', name: '王护士', language: 'zh', channels: [] },
  ] as const,
  rotas: [
    {
      ...{
        id: 'nurses',
        name: '护士值班',
        begins: '2026-01-05',
        overlap: 15 * MINUTE,
        substitutes: [],
        holidays: [],
      },
      shifts: [
        { id: 'day', name: '白班', from: 8 * 60, to: 20 * 60, weeks: [['li']] },
        { id: 'night', name: '夜班', days: [1, 2, 3, 4, 5], from: 20 * 60, to: 8 * 60, weeks: [['wang']] },
      ],
    },
  ],
};

let gateway: TestGateway;
let admin: ApiClient;
beforeAll(async () => {
  gateway = await startGateway({ site, clock: new HandClock(at('2026-01-05T12:00')) });
  admin = await administrator(gateway);
});
afterAll(() => gateway.stop());

const li = { id: 'li', name: '李工' };
const wang = { id: 'wang', name: '王护士' };
const day = {
  shift: 'day',
  name: '白班',
  people: [li],
  from: at('2026-01-05T08:00'),
  to: at('2026-01-05T20:00'),
};
const night = {
  ...{ shift: 'night', name: '夜班', people: [wang] },
  ...{ from: at('2026-01-05T20:00'), to: at('2026-01-06T08:00') },
};

test('who is on call now, until when, and who takes over; no telephone number', async () => {
  const { status, body } = await admin.call('/api/v1/oncall');
  expect(status).toBe(200);
  expect(body).toEqual({
    at: at('2026-01-05T12:00'),
    rotas: [{ rota: 'nurses', name: '护士值班', now: day, outgoing: [], next: night }],
  });
});

test('just after a handover those who went are named, too', async () => {
  const { body } = await admin.call(`/api/v1/oncall?at=${at('2026-01-05T20:05')}`);
  expect(body).toMatchObject({
    rotas: [{ now: night, outgoing: [{ ...day, to: at('2026-01-05T20:15') }], next: { shift: 'day' } }],
  });
});

test('a gap is told as one', async () => {
  const { body } = await admin.call('/api/v1/oncall?at=2026-01-10T23:00:00%2B08:00');
  const gap = {
    shift: 'gap',
    name: 'gap',
    people: [],
    from: at('2026-01-10T20:00'),
    to: at('2026-01-11T08:00'),
  };
  expect(body).toMatchObject({ rotas: [{ now: gap, next: { shift: 'day', people: [li] } }] });
});

test.each(['yesterday', '2026-01-10T23:00:00', '', '9e99'])('"%s" is no moment', async (moment) => {
  const { status, body } = await admin.call(`/api/v1/oncall?at=${moment}`);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: 'request-invalid' });
});

test('whoever is not logged in is told nothing', async () => {
  expect((await new ApiClient(gateway.url).call('/api/v1/oncall')).status).toBe(401);
});
