import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alarm, OutOfService } from '#model/alarm';
import { DAY, HOUR } from '#model/time';
import {
  type ApiClient,
  administrator,
  openAlarm,
  startGateway,
  type TestGateway,
  userWithRole,
} from '../kit/api-gateway.ts';
import { high, POINT } from '../kit/api-site.ts';

let gateway: TestGateway;
let admin: ApiClient;
let operator: ApiClient;
let viewer: ApiClient;

beforeAll(async () => {
  gateway = await startGateway();
  admin = await administrator(gateway);
  operator = await userWithRole(gateway, 'operator');
  viewer = await userWithRole(gateway, 'viewer');
});
afterAll(() => gateway.stop());

const raise = (id: string, more: Partial<Alarm> = {}) =>
  gateway.alarms.raise(openAlarm(id, Date.now(), more));
const act = (client: ApiClient, id: string, action: string, body: unknown) =>
  client.call<Alarm & { code: string; detail: string }>(`/api/v1/alarms/${id}/${action}`, body);
const warning = { ...high, severity: 'warning' } as const;

test('an acknowledgement counts until the moment that was said, or as long as the site allows', async () => {
  raise('said');
  raise('unsaid');
  const until = Date.now() + HOUR / 2;
  const said = await act(operator, 'said', 'acknowledge', { comment: '', until: String(until) });
  expect(said.body.acknowledged).toMatchObject({ by: 'operator-1', until });
  const unsaid = await act(operator, 'unsaid', 'acknowledge', { comment: '' });
  const { at, until: usual } = unsaid.body.acknowledged ?? { at: 0, until: 0 };
  expect((usual ?? 0) - at).toBe(HOUR);
});

test('a critical alarm is shelved when another person grants what one asked for', async () => {
  raise('critical');
  const until = Date.now() + HOUR;
  const asked = await act(operator, 'critical', 'shelve', { until: String(until), comment: 'repair' });
  expect(asked.body).toMatchObject({ shelvedUntil: null, shelfAsk: { by: 'operator-1', oneShot: false } });
  const own = await act(operator, 'critical', 'grant-shelf', { comment: '' });
  expect(own).toMatchObject({ status: 403, body: { code: 'second-person-needed' } });
  const granted = await act(admin, 'critical', 'grant-shelf', { comment: 'yes' });
  expect(granted.body).toMatchObject({ shelvedUntil: until });
  expect(granted.body).not.toHaveProperty('shelfAsk');
  const shown = await admin.call<{ alarm: Alarm; events: unknown[] }>('/api/v1/alarms/critical');
  expect(shown.body.events).toMatchObject([
    { type: 'raised' },
    { type: 'shelf-asked', by: 'operator-1', comment: 'repair' },
    { type: 'shelved', by: 'admin', comment: 'yes' },
  ]);
  const back = await act(operator, 'critical', 'unshelve', { comment: 'done' });
  expect(back.body).toMatchObject({ shelvedUntil: null });
  expect(await act(operator, 'critical', 'unshelve', { comment: '' })).toMatchObject({
    status: 409,
    body: { code: 'act-out-of-place' },
  });
});

test('a warning is shelved alone, for one shot, with a reason, and not for longer than the site allows', async () => {
  raise('warned', { rule: warning });
  const shelf = { until: String(Date.now() + HOUR), oneShot: true, comment: 'defrosting' };
  expect((await act(operator, 'warned', 'shelve', shelf)).body.shelvedUntil).not.toBeNull();
  gateway.alarms.clear('warned');
  raise('longer', { rule: warning });
  const long = { ...shelf, until: String(Date.now() + DAY + HOUR) };
  expect(await act(operator, 'longer', 'shelve', long)).toMatchObject({
    status: 400,
    body: { code: 'too-long', detail: 'A warning alarm may be shelved for at most 1d.' },
  });
});

test('a latched alarm is reset, one that lasts is not', async () => {
  raise('latched', { rule: { ...high, latch: true }, state: 'latched', clearedAt: Date.now() });
  raise('lasting', { rule: { ...high, latch: true } });
  expect((await act(operator, 'latched', 'reset', { comment: 'checked' })).body.state).toBe('normal');
  expect(await act(operator, 'lasting', 'reset', { comment: 'checked' })).toMatchObject({
    status: 409,
    body: { code: 'act-out-of-place', detail: expect.stringContaining('lasts') },
  });
});

test('a point is taken out of service with a reason until a moment, listed, and put back by name', async () => {
  const path = `/api/v1/points/${POINT}/out-of-service`;
  const body = { until: String(Date.now() + HOUR), comment: ' new door ' };
  const list = (client: ApiClient) => client.call<{ points: OutOfService[] }>('/api/v1/out-of-service');
  expect(await operator.call(path, { ...body, comment: '' })).toMatchObject({
    body: { code: 'reason-missing' },
  });
  expect(await operator.call(path, { ...body, until: String(Date.now() + 40 * DAY) })).toMatchObject({
    body: { code: 'too-long' },
  });
  expect((await list(viewer)).body.points).toEqual([]);
  expect(await operator.call(path, body)).toMatchObject({ status: 200 });
  expect((await list(viewer)).body.points).toMatchObject([
    { point: POINT, until: Number(body.until), by: 'operator-1', comment: 'new door' },
  ]);
  expect((await operator.delete<{ points: unknown[] }>(`${path}?comment=done`)).body.points).toEqual([]);
  expect(await operator.delete(path)).toMatchObject({ status: 409, body: { code: 'act-out-of-place' } });
  expect(await operator.call('/api/v1/points/no.such/out-of-service', body)).toMatchObject({
    status: 404,
    body: { code: 'point-unknown' },
  });
});

test('whoever only looks changes nothing', async () => {
  raise('seen', { rule: warning });
  const words = { comment: 'x' };
  const until = String(Date.now() + HOUR);
  for (const [action, body] of Object.entries({
    acknowledge: words,
    shelve: { ...words, until },
    ...{ 'grant-shelf': words, unshelve: words, reset: words },
  })) {
    expect(await act(viewer, 'seen', action, body), action).toMatchObject({
      status: 403,
      body: { code: 'not-allowed' },
    });
  }
  const path = `/api/v1/points/${POINT}/out-of-service`;
  expect(await viewer.call(path, { ...words, until })).toMatchObject({ status: 403 });
  expect(await viewer.delete(path)).toMatchObject({ status: 403 });
});
