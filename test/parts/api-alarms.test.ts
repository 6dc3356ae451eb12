import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Alarm, OutOfService } from '#model/alarm';
import { DAY, HOUR, MINUTE } from '#model/time';
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
/** Long ago. */
const start = Date.UTC(2026, 2, 1);
const warning = { ...high, severity: 'warning' } as const;

describe('an alarm', () => {
  const change = (id: string, action: string, body: unknown) => act(admin, id, action, body);

  test('is listed, shown with its events, commented, shelved and acknowledged by name', async () => {
    raise('one', { rule: warning });
    expect(await change('one', 'comment', { comment: ' on my way ' })).toMatchObject({ status: 200 });
    const until = Date.now() + HOUR;
    expect(await change('one', 'shelve', { until: String(until), comment: 'repair' })).toMatchObject({
      status: 200,
      body: { shelvedUntil: until },
    });
    expect(await change('one', 'acknowledge', { comment: 'door was open' })).toMatchObject({
      status: 200,
      body: { state: 'acknowledged', acknowledged: { by: 'admin', comment: 'door was open' } },
    });
    expect(await admin.call('/api/v1/alarms?state=open')).toMatchObject({
      body: { alarms: [{ id: 'one' }] },
    });
    expect(await admin.call('/api/v1/alarms/one')).toMatchObject({
      body: {
        alarm: { id: 'one', rule: warning, state: 'acknowledged' },
        events: [
          { type: 'raised', by: null, comment: null },
          { type: 'commented', by: 'admin', comment: 'on my way' },
          { type: 'shelved', by: 'admin', comment: 'repair' },
          { type: 'acknowledged', by: 'admin', comment: 'door was open' },
        ],
      },
    });
  });

  test('is found by state, point and span', async () => {
    raise('two', { raisedAt: start, point: 'fridge-1.door' });
    const ids = async (query: string) =>
      ((await admin.call(`/api/v1/alarms?${query}`)).body as { alarms: Alarm[] }).alarms.map(({ id }) => id);
    expect(await ids(`from=${start}&to=${start + 1}`)).toEqual(['two']);
    expect(await ids(`from=${start}&to=${start + 1}&point=${POINT}`)).toEqual([]);
    expect(await ids(`from=${start}&to=${start + 1}&state=acknowledged`)).toEqual([]);
    expect(await ids(`from=${start}&to=${start + 1}&state=unacknowledged`)).toEqual(['two']);
    expect(await admin.call('/api/v1/alarms?state=loud')).toMatchObject({ status: 400 });
  });

  test('that is unknown or over says so', async () => {
    expect(await admin.call('/api/v1/alarms/none')).toMatchObject({
      status: 404,
      body: { code: 'alarm-unknown' },
    });
    expect(await change('none', 'acknowledge', { comment: '' })).toMatchObject({
      status: 404,
      body: { code: 'alarm-unknown' },
    });
    raise('over', { state: 'normal' });
    expect(await change('over', 'acknowledge', { comment: '' })).toMatchObject({
      status: 409,
      body: { code: 'alarm-over' },
    });
  });

  test.each([
    ['acknowledge', {}],
    ['acknowledge', { comment: 5 }],
    ['acknowledge', { comment: 'x'.repeat(1001) }],
    ['acknowledge', { comment: '', by: 'someone else' }],
    ['acknowledge', '{"comment":'],
    ['comment', { comment: '   ' }],
    ['shelve', { until: String(Date.now() + MINUTE), comment: ' ' }, 'reason-missing'],
    ['shelve', { until: String(Date.now() - MINUTE), comment: 'x' }],
    ['shelve', { until: String(Date.now() + 3 * HOUR), comment: 'more than a critical one may' }, 'too-long'],
    ['shelve', { until: String(Date.now() + MINUTE), comment: 'x', oneShot: 'yes' }],
    ['acknowledge', { until: String(Date.now() + 2 * HOUR), comment: 'x' }, 'too-long'],
    ['acknowledge', { until: String(Date.now() - 1), comment: 'x' }],
    ['reset', {}],
    ['unshelve', { comment: 5 }],
    ['grant-shelf', { comment: 'x', by: 'someone else' }],
    ['shelve', { until: 'soon', comment: 'x' }],
    ['shelve', { comment: 'x' }],
  ])('is not touched by %s with %j', async (action, body, code = 'request-invalid') => {
    raise('calm');
    const before = (await gateway.alarms.events('calm')).length;
    expect(await change('calm', action, body)).toMatchObject({ status: 400, body: { code } });
    expect(await gateway.alarms.events('calm')).toHaveLength(before);
  });
});

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
  expect(await admin.call(path, { ...body, comment: '' })).toMatchObject({
    body: { code: 'reason-missing' },
  });
  expect(await admin.call(path, { ...body, until: String(Date.now() + 40 * DAY) })).toMatchObject({
    body: { code: 'too-long' },
  });
  expect((await list(viewer)).body.points).toEqual([]);
  expect(await admin.call(path, body)).toMatchObject({ status: 200 });
  expect((await list(viewer)).body.points).toMatchObject([
    { point: POINT, until: Number(body.until), by: 'admin', comment: 'new door' },
  ]);
  expect((await operator.delete<{ points: unknown[] }>(`${path}?comment=done`)).body.points).toEqual([]);
  expect(await operator.delete(path)).toMatchObject({ status: 409, body: { code: 'act-out-of-place' } });
  expect(await operator.call('/api/v1/points/no.such/out-of-service', body)).toMatchObject({
    status: 404,
    body: { code: 'point-unknown' },
  });
});

test('what nobody shelves alone no operator silences alone by taking its point out of service', async () => {
  const body = { until: String(Date.now() + HOUR), comment: 'x' };
  expect(await operator.call(`/api/v1/points/${POINT}/out-of-service`, body)).toMatchObject({
    status: 403,
    body: { code: 'not-allowed', detail: expect.stringContaining('critical') },
  });
  const harmless = '/api/v1/points/fridge-1.door/out-of-service';
  expect(await operator.call(harmless, body)).toMatchObject({ status: 200 });
  expect(await operator.delete(harmless)).toMatchObject({ status: 200 });
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
