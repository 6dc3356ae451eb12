import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { HOUR } from '#model/time';
import { AlarmStore } from '../../alerts/engine/store/store.ts';
import { INFLUX_CONSUMER, setAsidePath } from '../../gateway/forward/influx/forwarder.ts';
import { SetAside } from '../../gateway/forward/influx/set-aside.ts';
import { Cursor } from '../../gateway/journal/cursor.ts';
import { ForwardRig, v1Target, v2Target } from '../kit/forward-rig.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import {
  INFLUX_DATABASE,
  type InfluxPeer,
  queryInflux,
  startInfluxd,
  startVictoria,
} from '../kit/influx-peers.ts';
import { anAlarm, telling } from '../kit/outbox.ts';
import { without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';

/** Two hours ago, at the beginning of an hour. */
const START = (Math.floor(Date.now() / HOUR) - 2) * HOUR;

describe.skipIf(without('influxd', 'victoriaMetrics'))('hygate compare and hygate replay', () => {
  let dir: string;
  let influxd: InfluxPeer;
  let victoria: InfluxPeer;
  let own: string;
  let rig: ForwardRig;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hygate-compare-'));
    influxd = await startInfluxd(join(dir, 'influxd'));
    victoria = await startVictoria(join(dir, 'vm'));
  });
  afterAll(async () => {
    await Promise.all([influxd.stop(), victoria.stop()]);
    await rm(dir, { recursive: true });
  });
  beforeEach(async () => {
    own = await mkdtemp(join(dir, 'rig-'));
    await queryInflux(influxd.url, `DROP DATABASE "${INFLUX_DATABASE}"`);
    await queryInflux(influxd.url, `CREATE DATABASE "${INFLUX_DATABASE}"`);
  });
  afterEach(() => rig.stop());

  const open = async (influx: object) => {
    rig = await ForwardRig.open({ dir: own, influx, from: START });
    await rig.append(40);
  };
  const forwarded = async () => {
    await rig.startForwarding();
    await until('all is forwarded', () => rig.meters.get('hygate_consumer_lag_rows influx') === 0);
  };
  const hygate = async (command: string, ...options: string[]) => {
    const process = new HygateProcess([command, rig.siteFile, rig.dataDir, ...options]);
    const { code } = await process.exited;
    return { code, output: process.output };
  };

  test.each([
    ['InfluxDB', () => v1Target(influxd.url)],
    ['VictoriaMetrics', () => v2Target(victoria.url)],
  ])('%s has what the journal has: no difference, also while both go on', async (name, influx) => {
    await open(influx());
    await forwarded();
    if (name === 'VictoriaMetrics') await fetch(`${victoria.url}/internal/force_flush`);
    let running = true;
    const live = (async () => {
      while (running) await rig.append(1);
    })();
    const { code, output } = await hygate('compare');
    running = false;
    await live;
    expect(output).toMatch(new RegExp(`readings in the journal, [\\d,]+ in ${name}; 0 hours of`));
    expect(code).toBe(0);
  });

  test('a database that was dropped and made anew is found hour by hour, and mended from the journal', async () => {
    await open(v1Target(influxd.url));
    await forwarded();
    await rig.stopForwarding();
    await queryInflux(influxd.url, `DROP DATABASE "${INFLUX_DATABASE}"`);
    await queryInflux(influxd.url, `CREATE DATABASE "${INFLUX_DATABASE}"`);
    // Nothing settles in so short a time: all would still be on the way.
    new Cursor(join(rig.dataDir, 'journal'), INFLUX_CONSUMER, silentLog).set(rig.head);
    const lost = await hygate('compare');
    expect(lost.code).toBe(1);
    expect(lost.output).toContain('box-0.battery  journal 50, InfluxDB 0: 50 missing in InfluxDB');
    const [, advice = ''] = /hygate replay \S+ \S+ (--from \S+ --to \S+)/.exec(lost.output) ?? [];
    expect(await hygate('replay', ...advice.split(' '), '--dry-run')).toMatchObject({
      code: 0,
      output: expect.stringContaining('2,000 rows would be sent again.'),
    });
    expect(await hygate('replay', ...advice.split(' '))).toEqual({
      code: 0,
      output: '2,000 rows accepted, 0 rows refused and set aside\n',
    });
    expect(await rig.look()).toEqual({ wrong: 0, lost: 0 });
    expect((await hygate('compare')).code).toBe(0);
  });

  test('a span is sent again with its events and alarms, as the gateway sends them', async () => {
    await open(v1Target(influxd.url));
    const store = new AlarmStore(join(rig.dataDir, 'alarms.sqlite'));
    const at = START + HOUR + 1;
    const event = { type: 'commented', at, by: 'li', comment: 'x', alarm: anAlarm() } as const;
    store.commit({
      ...telling([]),
      events: [1, 2].map((id) => ({ id, event: { ...event, comment: `${id}` } })),
    });
    store.close();
    const all = () => queryInflux(influxd.url, 'SELECT * FROM "alarm", "event", "temperature"', '');
    await forwarded();
    const sent = await until('the alarms are there', async () => {
      const series = await all();
      return series.length === 3 && series;
    });
    await rig.stopForwarding();
    await queryInflux(influxd.url, `DROP DATABASE "${INFLUX_DATABASE}"`);
    await queryInflux(influxd.url, `CREATE DATABASE "${INFLUX_DATABASE}"`);
    const alarms = await hygate('replay', '--from', `${at}`, '--to', `${at + 1}`);
    expect(alarms).toMatchObject({
      code: 0,
      output: expect.stringContaining('2 rows accepted, 0 rows refused'),
    });
    await hygate('replay', '--from', `${START}`);
    expect(await all()).toEqual(sent);
  });

  test('one value that was changed in InfluxDB is found', async () => {
    await open(v1Target(influxd.url));
    await forwarded();
    await rig.write(`temperature,area=vaccine,device=box-0,point=temp,site=rig value=99 ${START}`);
    const { code, output } = await hygate('compare', '--to', new Date(START + HOUR).toISOString());
    expect(output).toContain('box-0.temp  journal 50, InfluxDB 50: the same number, other values or times');
    expect(code).toBe(1);
  });

  test('what was set aside is taken after the cause is mended; until then it stays, and nothing is lost', async () => {
    await open(v1Target(influxd.url));
    await rig.write(`battery,area=vaccine value="text" ${START}`);
    await forwarded();
    const aside = new SetAside(setAsidePath(rig.dataDir));
    expect(aside.groups()).toMatchObject([{ reason: 'type-conflict', lines: 1000 - 143 }]);
    expect(rig.meters.get('hygate_forward_aside_lines type-conflict')).toBe(1000 - 143);
    await until('it says so', () => rig.notes().some((note) => note.includes('would not take 857 rows')));

    const dry = await hygate('replay', '--dry-run');
    expect(dry).toMatchObject({ code: 0, output: expect.stringContaining('type-conflict: partial write') });
    expect(await hygate('replay', '--reason', 'too-large')).toMatchObject({
      output: '0 rows accepted, 0 rows refused and set aside\n',
    });
    expect(await hygate('replay')).toEqual({
      code: 1,
      output: '0 rows accepted, 857 rows refused and set aside\n',
    });

    await queryInflux(influxd.url, 'DROP MEASUREMENT "battery"');
    const mended = await hygate('replay');
    expect(mended).toEqual({ code: 0, output: '857 rows accepted, 0 rows refused and set aside\n' });
    await until('the running gateway sees it', () => rig.notes().length === 0);
    expect(aside.groups()).toEqual([]);
    aside.close();
  });

  test('a server that is not there is said at once, and what is set aside stays', async () => {
    await open(v1Target('http://127.0.0.1:9'));
    const aside = new SetAside(setAsidePath(rig.dataDir));
    aside.add([{ reason: 'type-conflict', said: '', line: 'a b=1 1' }], 1);
    const { code, output } = await hygate('replay');
    expect(output).toContain('127.0.0.1:9');
    expect(code).toBe(1);
    expect(aside.lines(0, 9, null)).toHaveLength(1);
    aside.close();
    expect(await hygate('compare')).toMatchObject({
      code: 1,
      output: expect.stringContaining('cannot be reached'),
    });
  });

  test.each([
    [['compare'], 'give a site file and a data folder'],
    [['replay', 'SITE', 'DIR', '--reason', 'x'], '--reason is one of beyond-retention'],
    [['replay', 'SITE', 'DIR', '--reason', 'too-large', '--from', '0'], 'leave out --from and --to'],
    [['compare', 'SITE', 'DIR', '--from', 'monday'], '--from is no time'],
    [['compare', 'SITE', '/nowhere'], 'there is no journal in /nowhere'],
  ])('%j is a mistake that is explained', async (args, sentence) => {
    await open(v1Target(influxd.url));
    const real = args.map((arg) => (arg === 'SITE' ? rig.siteFile : arg === 'DIR' ? rig.dataDir : arg));
    const process = new HygateProcess(real);
    expect(await process.exited).toMatchObject({ code: 1 });
    expect(process.output).toContain(sentence);
  });
});
