import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { qualityCode } from '#model/quality';
import type { Reading } from '#model/reading';
import type { InfluxTarget } from '#model/site';
import { setAsidePath } from '../../gateway/forward/influx/forwarder.ts';
import { SetAside } from '../../gateway/forward/influx/set-aside.ts';
import { InfluxJournal } from '../kit/influx-journal.ts';
import {
  exportVictoria,
  INFLUX_ADMIN,
  INFLUX_DATABASE,
  type InfluxPeer,
  queryInflux,
  startInfluxd,
  startVictoria,
} from '../kit/influx-peers.ts';
import { influxReadings, influxSite, PLAIN_VALUES, quantityOf, tagsOf } from '../kit/influx-site.ts';
import { without } from '../kit/peers.ts';

const START = 1_795_000_000_000;
const patient = { timeout: 30_000, interval: 20 };

describe.skipIf(without('influxd', 'victoriaMetrics'))('against the real servers', () => {
  let dir: string;
  let influxd: InfluxPeer;
  let victoria: InfluxPeer;
  let journal: InfluxJournal;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hygate-influx-'));
    [influxd, victoria] = await Promise.all([
      startInfluxd(join(dir, 'influxd')),
      startVictoria(join(dir, 'vm')),
    ]);
  });

  afterAll(async () => {
    await Promise.all([influxd.stop(), victoria.stop()]);
    await rm(dir, { recursive: true });
  });

  beforeEach(() => {
    journal = new InfluxJournal();
  });

  const v1 = (more: object = {}): InfluxTarget => ({
    url: influxd.url,
    api: { version: 'v1', database: INFLUX_DATABASE, ...INFLUX_ADMIN, ...more },
    batch: 100,
    timeout: 10_000,
  });

  const v2 = (): InfluxTarget => ({
    url: victoria.url,
    api: { version: 'v2', org: 'o', bucket: 'b', token: 't' },
    batch: 100,
    timeout: 10_000,
  });

  async function forwardAll(target: InfluxTarget): Promise<void> {
    const forwarder = journal.forward(target, influxSite, dir);
    await vi.waitFor(() => expect(journal.done).toBe(true), patient);
    await forwarder.stop();
  }

  type Row = readonly [measurement: string, tags: object, at: number, value: number | null, q: number];

  const rowOf = ({ point, at, value, quality }: Reading): Row => [
    quantityOf(point),
    tagsOf(point),
    at,
    value,
    qualityCode[quality],
  ];
  const byTime = (rows: readonly Row[]) => [...rows].sort((one, other) => one[2] - other[2]);

  async function rowsInInfluxd(): Promise<readonly Row[]> {
    const series = await queryInflux(influxd.url, 'SELECT value, q FROM /.*/ GROUP BY *');
    return byTime(
      series.flatMap(({ name, tags = {}, values }) =>
        values.map(([at, value, q]): Row => [name, tags, Number(at), value as number | null, Number(q)]),
      ),
    );
  }

  test('InfluxDB 1.6 with user and password holds every value, time and quality, and writing twice changes nothing', async () => {
    const readings = influxReadings(500, START);
    for (let from = 0; from < readings.length; from += 30) journal.append(readings.slice(from, from + 30));
    await forwardAll(v1());
    expect(await rowsInInfluxd()).toEqual(readings.map(rowOf));
    expect(journal.counts.get('hygate_forwarded_total')).toBe(500);

    await forwardAll(v1());
    expect(journal.counts.get('hygate_forwarded_total')).toBe(1000);
    expect(await rowsInInfluxd()).toEqual(readings.map(rowOf));
  });

  test('VictoriaMetrics holds every value, time and quality over the v2 address', async () => {
    // It packs a block of a series under one decimal exponent: beside 1e21 it would keep no 0.1.
    const readings = influxReadings(500, START, PLAIN_VALUES);
    journal.append(readings);
    await forwardAll(v2());
    await forwardAll(v2());
    const expected = new Map<string, number>();
    const keyOf = (name: string, tags: object, at: number) => {
      const labels = Object.entries(tags).sort(([one], [other]) => (one < other ? -1 : 1));
      return JSON.stringify([name, ...labels, at]);
    };
    for (const [measurement, tags, at, value, q] of readings.map(rowOf)) {
      expected.set(keyOf(`${measurement}_q`, tags, at), q);
      if (value !== null) expected.set(keyOf(`${measurement}_value`, tags, at), value);
    }
    await vi.waitFor(async () => {
      const series = await exportVictoria(victoria.url);
      const found = new Map(
        series.flatMap(({ metric: { __name__: name = '', db: _db, ...tags }, values, timestamps }) =>
          timestamps.map((at, index) => [keyOf(name, tags, at), values[index] ?? Number.NaN] as const),
        ),
      );
      expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
      // VictoriaMetrics keeps 13 significant digits at most.
      for (const [key, value] of expected)
        expect(Number(found.get(key)?.toPrecision(12))).toBe(Number(value.toPrecision(12)));
    }, patient);
  });

  test('a field that InfluxDB knows by another type is set aside alone, and all others are stored', async () => {
    const other = '{"measurement":"turbidity"}';
    await fetch(`${influxd.url}/write?${new URLSearchParams({ db: INFLUX_DATABASE, precision: 'ms' })}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${INFLUX_ADMIN.user}:${INFLUX_ADMIN.password}`).toString('base64')}`,
      },
      body: `turbidity,area=vaccine,device=fridge-1,point=door,site=hz\\ second value="${other.length}" ${START + 900_000}`,
    });
    const points = [
      { id: 'bad.turbidity', key: 'door', device: 'fridge-1', area: 'vaccine', quantity: 'turbidity' },
    ];
    const site = {
      ...influxSite,
      devices: [...influxSite.devices, { points }],
    } as unknown as typeof influxSite;
    const good = influxReadings(60, START + 901_000);
    const poison: Reading = {
      point: 'bad.turbidity',
      at: START + 902_000,
      value: 1,
      quality: 'good',
      reason: null,
    };
    journal.append([...good.slice(0, 37), poison, ...good.slice(37)]);
    const asideDir = await mkdtemp(join(dir, 'aside-'));
    const forwarder = journal.forward(v1(), site, asideDir);
    await vi.waitFor(() => expect(journal.done).toBe(true), patient);
    await forwarder.stop();
    const rows = (await rowsInInfluxd()).filter(([, , at]) => at >= START + 901_000);
    expect(rows).toEqual(good.map(rowOf));
    const aside = new SetAside(setAsidePath(asideDir));
    expect(aside.lines(0, 10, null)).toMatchObject([
      {
        reason: 'type-conflict',
        said: expect.stringContaining('field type conflict'),
        line: `turbidity,area=vaccine,device=fridge-1,point=door,site=hz\\ second value=1,q=0i ${START + 902_000}000000`,
      },
    ]);
    aside.close();
    expect(journal.counts.get('hygate_forward_rejected_total type-conflict')).toBe(1);
    expect(journal.counts.get('hygate_forward_aside_lines type-conflict')).toBe(1);
  });

  test.each([
    ['a wrong password', { password: 'wrong' }, 'unauthorized'],
    ['a database that does not exist', { database: 'nowhere' }, 'not-found'],
  ])('with %s nothing moves and nothing is lost', async (_what, more, reason) => {
    journal.append(influxReadings(10, START + 2_000_000));
    const forwarder = journal.forward(v1(more), influxSite, dir);
    await vi.waitFor(
      () => expect(journal.counts.get(`hygate_forward_paused ${reason} journal`)).toBe(1),
      patient,
    );
    await forwarder.stop();
    expect(journal.accepted).toBe(0);
    await forwardAll(v1());
    expect(
      (await rowsInInfluxd()).filter(([, , at]) => at >= START + 2_000_000).length,
    ).toBeGreaterThanOrEqual(10);
  });
});
