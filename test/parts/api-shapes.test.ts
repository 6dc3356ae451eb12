import { afterEach, expect, test } from 'vitest';
import type { Alarm, AlarmEvent } from '#model/alarm';
import { USUAL_POLICY } from '#model/policy';
import type { Rule } from '#model/rule';
import { HOUR } from '#model/time';
import { EventListener } from '../kit/api-events.ts';
import { administrator, openAlarm, startGateway, type TestGateway } from '../kit/api-gateway.ts';
import { apiSite, high, POINT } from '../kit/api-site.ts';
import { rulesOfEachKind } from '../kit/rules-of-each-kind.ts';

/* Answers are written by their schemas: what a schema forgets, no client ever sees. */

let gateway: TestGateway;
afterEach(() => gateway.stop());

interface PageSite {
  readonly policy: unknown;
  readonly devices: readonly { readonly points: readonly { readonly rules: readonly Rule[] }[] }[];
}

test('rules of every kind are told whole, and how the site deals with alarms', async () => {
  const [fridge, ...others] = apiSite.devices;
  const points = fridge?.points.map((point) => ({ ...point, rules: rulesOfEachKind })) ?? [];
  const devices = fridge === undefined ? [] : [{ ...fridge, points }, ...others];
  gateway = await startGateway({ site: { ...apiSite, devices } });
  const admin = await administrator(gateway);
  const { body } = await admin.call<PageSite>('/api/v1/site');
  expect(body.devices[0]?.points[0]?.rules).toEqual(rulesOfEachKind);
  expect(body.policy).toEqual(USUAL_POLICY);
});

test('an alarm is told whole: when a forecast expects it, who asks for a shelf, one shot', async () => {
  gateway = await startGateway();
  const admin = await administrator(gateway);
  const now = Date.now();
  const rule: Rule = { ...high, severity: 'warning' };
  gateway.alarms.raise(openAlarm('f', now, { rule, expectedAt: now + HOUR, heldUntil: now + 5 }));
  await admin.call('/api/v1/alarms/f/shelve', { until: String(now + HOUR), oneShot: true, comment: 'x' });
  const { body } = await admin.call<{ alarm: Alarm; events: AlarmEvent[] }>('/api/v1/alarms/f');
  expect(body.alarm).toEqual(gateway.alarms.open()[0]);
  expect(body.events.at(-1)).toMatchObject({ type: 'shelved', oneShot: true });
});

test('a stream tells at once which points are out of service, and when that changes', async () => {
  gateway = await startGateway();
  const admin = await administrator(gateway);
  const away = { type: 'out-of-service', until: Date.now() + HOUR, comment: 'probe' } as const;
  await gateway.alarms.serve(POINT, 'admin', away);
  const listener = new EventListener(gateway.url, admin);
  await listener.until('snapshot');
  expect(listener.of('services')).toEqual([gateway.alarms.outOfService()]);
  await gateway.alarms.serve(POINT, 'admin', { type: 'in-service', comment: '' });
  expect((await listener.until('services', 2)).at(-1)).toEqual([]);
  listener.close();
});
