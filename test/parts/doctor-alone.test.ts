import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { conditionRule } from '#model/condition';
import { BEGINNING } from '../../alerts/engine/changes.ts';
import { AlarmStore } from '../../alerts/engine/store/store.ts';
import { diagnose } from '../../gateway/cli/examinations/diagnose.ts';
import { ownAlarmsIn } from '../../gateway/cli/examinations/file-looks.ts';
import { ofOwnAlarms } from '../../gateway/doctor/gateway.ts';
import { told } from '../kit/doctor-stage.ts';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { anAlarm, announced } from '../kit/outbox.ts';
import { scenarioOf, startSimulation } from '../kit/sim-hospital.ts';
import { until } from '../kit/until.ts';

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'hygate-doctor-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

interface Installed {
  readonly connect: string;
  readonly security: { readonly server: string };
}

test('an OPC UA server whose certificate is another than the site file names is found, and the right one is not', async () => {
  const { simulation, end } = await startSimulation(
    scenarioOf('devices: [{ id: fridge-3, area: a, driver: opcua-fridge }]\n'),
  );
  onTestFinished(end);
  const [{ connect, security }] = (parse(simulation.siteFile()) as { devices: [Installed] }).devices;
  const dir = await folder();
  const [file, http] = [join(dir, 'site.yaml'), await freePort()];
  const examine = async (server: string) => {
    const site = {
      site: { id: 'c', name: 'c', 'time-zone': 'Asia/Shanghai' },
      listen: { http: `127.0.0.1:${http}`, mqtt: '127.0.0.1:0' },
      areas: [{ id: 'a', name: 'a', kind: 'other' }],
      devices: [
        { id: 'fridge-3', area: 'a', driver: 'opcua-fridge', connect, security: { ...security, server } },
      ],
    };
    await writeFile(file, JSON.stringify(site));
    // Keys are made and sessions opened: a loaded machine may need longer for it than the doctor has.
    return until(
      'the fridge is read in the time of the doctor',
      async () => {
        const lines = told(await diagnose({ file, dataDir: join(dir, 'data'), url: undefined }));
        return !lines.some((line) => /^warning (device-unasked|not-examined): /.test(line)) && lines;
      },
      120_000,
    );
  };
  expect(await examine('0'.repeat(64))).toContainEqual(
    expect.stringMatching(new RegExp(`^fault device-unreadable: fridge-3: .*${security.server}`)),
  );
  expect((await examine(security.server)).filter((line) => line.includes('fridge-3'))).toEqual([]);
}, 300_000);

test('alarms of the gateway about itself are told, of those that last', async () => {
  const dir = await folder();
  const store = new AlarmStore(join(dir, 'alarms.sqlite'));
  const own = (id: 'disk-low' | 'backlog', clearedAt: number | null) =>
    anAlarm({ id: `a-${id}`, rule: conditionRule(id), clearedAt, state: 'unacknowledged' });
  const alarms = [own('disk-low', null), own('backlog', 5), anAlarm({ id: 'a-3', state: 'unacknowledged' })];
  store.commit({ points: [], events: [], announced: announced([]), position: BEGINNING, alarms });
  store.close();
  expect(told(ofOwnAlarms(ownAlarmsIn(dir)))).toEqual([
    'warning gateway-alarm: gateway: an alarm stands: gateway: disk space is low',
  ]);
});

test('each mistake of a site file is a finding in both languages, and so is what is only strange', async () => {
  const dir = await folder();
  const file = join(dir, 'site.yaml');
  const examine = async (drivers: readonly string[], http = 0) => {
    const site = {
      site: { id: 'c', name: 'c', 'time-zone': 'Asia/Shanghai' },
      listen: { http: `127.0.0.1:${http}`, mqtt: '127.0.0.1:0' },
      areas: [{ id: 'a', name: 'a', kind: 'other' }],
      devices: drivers.map((driver, index) => ({
        ...{ id: `box-${index}`, area: 'a', driver, login: { password: 'pw-of-the-box' } },
        limits: 'vaccine-transport/box',
      })),
    };
    await writeFile(file, JSON.stringify(site, null, 1));
    return diagnose({ file, dataDir: join(dir, 'data'), url: undefined });
  };
  expect((await examine(['mqtt-loger', 'box'])).map(({ what }) => what)).toEqual([
    { zh: '有 2 处错误，什么也没有启动', en: '2 mistakes, nothing was started' },
    {
      zh: `${file}:22:4  devices[0].driver：没有驱动 "mqtt-loger"；是不是 "mqtt-logger"？`,
      en: `${file}:22:4  devices[0].driver: there is no driver "mqtt-loger"; did you mean "mqtt-logger"?`,
    },
    {
      zh: expect.stringMatching(/:31:4 {2}devices\[1\]\.driver：没有驱动 "box"；可选：/),
      en: expect.stringMatching(/:31:4 {2}devices\[1\]\.driver: there is no driver "box"; there is /),
    },
  ]);
  const hints = (await examine(['mqtt-logger'], await freePort())).filter(({ code }) => code === 'site-hint');
  expect(hints.map(({ what }) => what)).toEqual([
    {
      zh: expect.stringMatching(/areas\[0\]：a 的 critical 级报警同时只通知 0 人，/),
      en: expect.stringMatching(/areas\[0\]: critical alarms of a reach 0 at once, /),
    },
  ]);
});

test('an address that is none is named in words, without a stack', async () => {
  const hygate = new HygateProcess(['doctor', 'site.yaml', '--url', 'here']);
  expect(await hygate.exited).toEqual({ code: 1, signal: null });
  expect(hygate.output).toMatch(/^hygate: --url must be an address such as .*, not "here"\n$/);
});
