import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Way } from '#model/channel';
import type { ConditionSubject } from '#model/condition';
import type { IndicatorState } from '#model/indicator';
import { silentLog } from '#model/log';
import { HOUR, MINUTE, realClock } from '#model/time';
import beacon from '../../alerts/channels/modbus-beacon/channel.ts';
import { SiteIndicators } from '../../alerts/notify/show/indicators.ts';
import { type ApiClient, administrator, openAlarm, startGateway, userWithRole } from '../kit/api-gateway.ts';
import { apiSite } from '../kit/api-site.ts';
import { startRelayModule } from '../kit/relay-module.ts';
import { until } from '../kit/until.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** The API, alarms in memory, and a beacon at the vaccine clinic. */
async function started() {
  const relays = await startRelayModule();
  cleanups.push(() => relays.powerOff());
  const dir = await mkdtemp(join(tmpdir(), 'hygate-indicators-'));
  cleanups.push(() => rm(dir, { recursive: true, force: true }));
  const options = {
    ...{ connect: `modbus-tcp://127.0.0.1:${relays.port}?unit=1`, red: 0, horn: 1, healthy: 2 },
    ...{ beat: 'hold', hornFrom: 'critical', closedCircuit: [] },
  };
  const site = { ...apiSite, channels: { 'clinic-beacon': { use: 'modbus-beacon', options } } };
  const told: string[] = [];
  let indicators: SiteIndicators | undefined;
  const gateway = await startGateway({
    site,
    more: ({ alarms, journal, metrics }) => {
      indicators = new SiteIndicators({
        ...{ site, dir, alarms, journal, meter: metrics, clock: realClock, log: silentLog },
        channels: new Map([['modbus-beacon', beacon as Way]]),
        report: (condition: string, holds: boolean, subject?: ConditionSubject) =>
          void told.push(`${condition} ${subject?.id} ${holds}`),
      });
      return { indicators };
    },
  });
  cleanups.push(() => gateway.stop());
  await indicators?.start();
  cleanups.push(() => indicators?.stop());
  await until('it shows', () => relays.coils.get(2) === true);
  return { relays, gateway, told, indicators };
}

const post = (client: ApiClient, action: string, body: unknown) =>
  client.call<IndicatorState & { code: string; detail: string }>(
    `/api/v1/indicators/clinic-beacon/${action}`,
    body,
  );

test('an alarm is seen and heard on the spot, until somebody has taken it; the light stays until it is over', async () => {
  const { relays, gateway } = await started();
  gateway.alarms.raise(openAlarm('a-1', Date.now()));
  await until('light and sound', () => relays.coils.get(0) && relays.coils.get(1));
  await gateway.alarms.act('a-1', 'li', { type: 'acknowledge', comment: '' });
  await until('silence', () => relays.coils.get(1) === false);
  expect(relays.coils.get(0)).toBe(true);
  gateway.alarms.clear('a-1');
  await until('dark', () => relays.coils.get(0) === false);
  expect(relays.coils.get(2)).toBe(true);
});

test('a shelved alarm is neither seen nor heard', async () => {
  const { relays, gateway } = await started();
  gateway.alarms.raise(openAlarm('a-1', Date.now()));
  await until('light and sound', () => relays.coils.get(0) && relays.coils.get(1));
  await gateway.alarms.act('a-1', 'li', { type: 'shelve', until: Date.now() + HOUR, comment: '除霜' });
  await gateway.alarms.act('a-1', 'wang', { type: 'grant-shelf', comment: '' });
  await until('dark and silent', () => relays.coils.get(0) === false && relays.coils.get(1) === false);
});

test('an operator mutes it for a while, and the journal has the name', async () => {
  const { relays, gateway } = await started();
  gateway.alarms.raise(openAlarm('a-1', Date.now()));
  await until('it sounds', () => relays.coils.get(1));
  const operator = await userWithRole(gateway, 'operator');
  const end = Date.now() + 10 * MINUTE;
  const { status, body } = await post(operator, 'mute', { until: String(end) });
  expect(status).toBe(200);
  expect(body).toMatchObject({ name: 'clinic-beacon', mutedUntil: end });
  await until('silence', () => relays.coils.get(1) === false);
  expect(relays.coils.get(0)).toBe(true);
  const [journaled] = gateway.journal.recorded.filter(({ type }) => type === 'indicator-muted');
  expect(journaled).toMatchObject({ by: 'operator-1', data: { indicator: 'clinic-beacon', until: end } });
});

test('nobody mutes it for longer than an hour, nor into the past', async () => {
  const { gateway } = await started();
  const operator = await userWithRole(gateway, 'operator');
  for (const end of [Date.now() + 2 * HOUR, Date.now() - MINUTE]) {
    expect(await post(operator, 'mute', { until: String(end) })).toMatchObject({
      status: 400,
      body: { code: 'request-invalid' },
    });
  }
  expect(gateway.journal.recorded.filter(({ type }) => type === 'indicator-muted')).toEqual([]);
});

test('a test puts everything on and says afterwards that it did, journaled with the name', async () => {
  const { relays, gateway } = await started();
  const operator = await userWithRole(gateway, 'operator');
  relays.writes.length = 0;
  const { status } = await post(operator, 'test', { length: '100ms' });
  expect(status).toBe(200);
  expect(relays.writes.join(' ')).toContain('1=on 0=on 2=on');
  expect(relays.coils.get(1)).toBe(false);
  const [journaled] = gateway.journal.recorded.filter(({ type }) => type === 'indicator-tested');
  expect(journaled).toMatchObject({ by: 'operator-1', data: { length: 100, failure: null } });
});

test('a viewer may look, and neither mute nor test', async () => {
  const { gateway } = await started();
  const viewer = await userWithRole(gateway, 'viewer');
  const { body } = await viewer.call<{ indicators: IndicatorState[] }>('/api/v1/indicators');
  expect(body.indicators).toMatchObject([
    { name: 'clinic-beacon', trouble: null, mutedUntil: null, scene: { active: null } },
  ]);
  expect(await post(viewer, 'mute', { until: String(Date.now() + MINUTE) })).toMatchObject({ status: 403 });
  expect(await post(viewer, 'test', {})).toMatchObject({ status: 403 });
});

test('an indicator that nobody has is unknown, and a test of half an hour is no test', async () => {
  const { gateway } = await started();
  const admin = await administrator(gateway);
  expect(await admin.call('/api/v1/indicators/siren/test', {})).toMatchObject({
    status: 404,
    body: { code: 'indicator-unknown' },
  });
  expect(await post(admin, 'test', { length: '30m' })).toMatchObject({ status: 400 });
});

test('without power it is said, complained of, and a test is refused; with power it shows the alarms again', async () => {
  const { relays, gateway, told, indicators } = await started();
  expect(told).toEqual(['indicator-dark clinic-beacon false']);
  gateway.alarms.raise(openAlarm('a-1', Date.now()));
  await until('it sounds', () => relays.coils.get(1));
  await relays.powerOff();
  await until('it is said', () => told.includes('indicator-dark clinic-beacon true'));
  expect(indicators?.complaints()).toMatchObject([
    expect.stringContaining('clinic-beacon does not show alarms'),
  ]);
  const operator = await userWithRole(gateway, 'operator');
  expect(await post(operator, 'test', {})).toMatchObject({
    status: 502,
    body: { code: 'indicator-unreachable' },
  });
  const failed = gateway.journal.recorded.find(({ type }) => type === 'indicator-tested');
  expect(failed?.data['failure']).toBeTypeOf('string');
  await relays.powerOn();
  await until('it sounds again', () => relays.coils.get(0) && relays.coils.get(1));
  await until('it is said', () => told.at(-1) === 'indicator-dark clinic-beacon false');
  expect(indicators?.complaints()).toEqual([]);
});
