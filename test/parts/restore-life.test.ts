import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import type { Gap } from '#model/journal';
import { realClock } from '#model/time';
import { FaithfulLogger } from '../kit/faithful-logger.ts';
import { freePort } from '../kit/free-port.ts';
import { HygateClient } from '../kit/hygate-client.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { startMailServer } from '../kit/smtp.ts';
import { until } from '../kit/until.ts';

const PASSWORD = 'correct horse battery';
const FRIDGE = 'fridge.temp';

let dir: string;
let url: string;
let logger: FaithfulLogger;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-restore-life-'));
  const mail = await startMailServer();
  const [mqtt, http] = [await freePort(), await freePort()];
  url = `http://127.0.0.1:${http}`;
  logger = new FaithfulLogger({
    url: `mqtt://127.0.0.1:${mqtt}`,
    site: 'life',
    device: 'fridge',
    every: 200,
  });
  onTestFinished(async () => {
    await logger.stop();
    await mail.close();
    rmSync(dir, { recursive: true, force: true });
  });
  writeFileSync(
    join(dir, 'site.yaml'),
    `
site: { id: life, name: 测试 }
listen: { mqtt: 127.0.0.1:${mqtt}, http: 127.0.0.1:${http} }
areas: [{ id: vaccine, name: 疫苗, kind: cold-chain }]
devices:
  - id: fridge
    area: vaccine
    driver: mqtt-logger
    every: 1s
    login: { password: "\${LOGGER}" }
    limits: { points: { temp: { high-high: 8, on-delay: 0s, off-delay: 0s, deadband: 0 } } }
people: [{ id: li, name: 李工, email: li@hospital.example, channels: [email] }]
channels: { email: { host: 127.0.0.1, port: ${mail.port}, security: plain, from: hygate@hospital.example } }
routes: [{ to: [li] }]
`,
  );
});

async function run(data: string): Promise<HygateProcess> {
  const args = ['run', '--config', join(dir, 'site.yaml'), '--data', join(dir, data)];
  const gateway = new HygateProcess(args, { env: { LOGGER: 'fridge' } });
  onTestFinished(async () => void (await gateway.stop('SIGKILL')));
  await gateway.waitFor(/^Loggers/m);
  return gateway;
}

async function hygate(...args: string[]): Promise<string> {
  const command = new HygateProcess(args);
  const { code } = await command.exited;
  if (code !== 0) throw new Error(command.output);
  return command.output;
}

const openAlarms = async (client: HygateClient): Promise<Alarm[]> =>
  (await client.get<{ alarms: Alarm[] }>('/api/v1/alarms?state=open')).alarms;

const alarmOf = (client: HygateClient): Promise<Alarm> =>
  until('the alarm is open', async () => (await openAlarms(client)).find(({ point }) => point === FRIDGE));

test('a backup taken under load is restored elsewhere: nothing of it is missing, and the journal says what came after it', async () => {
  const old = await run('data');
  const oneTime = /one-time password: (\S+)/.exec(old.output)?.[1] ?? '';
  const before = await HygateClient.first(url, oneTime, PASSWORD);
  logger.start();
  await until('readings are acknowledged', () => logger.acknowledged > 10);
  logger.temperature = 12.5;
  const raised = await alarmOf(before);
  const told = await until('somebody was told', async () => {
    const news = await firstNews(before, raised.id);
    return news?.state === 'sent' && news;
  });

  const sure = logger.newest;
  await hygate('backup', join(dir, 'data'), join(dir, 'backup'));

  // After the backup: readings and an acknowledgement that the backup does not know.
  const backedUp = realClock.wall();
  await before.post(`/api/v1/alarms/${raised.id}/acknowledge`, { comment: 'taken' });
  await until('more is acknowledged', () => logger.newest > backedUp + 3_000);
  const lost = logger.newest;
  await old.stop('SIGKILL');

  expect(await hygate('restore', join(dir, 'backup'), join(dir, 'restored'))).toMatch(
    /^Each file is as the backup wrote it/m,
  );
  await run('restored');
  await expect(before.now()).rejects.toThrow(/401/);
  const client = await HygateClient.login(url, PASSWORD);
  const again = await alarmOf(client);
  expect(again).toMatchObject({ id: raised.id, state: 'unacknowledged', raisedAt: raised.raisedAt });

  logger.temperature = 4;
  await until(
    'the alarm is over',
    async () =>
      (await openAlarms(client)).every(({ id }) => id !== raised.id) || acknowledge(client, raised.id),
  );
  await logger.rest();
  const { readings } = await client.get<{ readings: { at: number; value: number }[] }>(
    `/api/v1/readings?point=${FRIDGE}&from=0&limit=10000`,
  );
  const measured = logger.measured;
  for (const { at, value } of readings) expect(measured.get(at)).toBe(value);
  for (const at of measured.keys()) if (at <= sure) expect(readings.some((one) => one.at === at)).toBe(true);

  const { gaps } = await client.get<{ gaps: Gap[] }>(`/api/v1/gaps?point=${FRIDGE}`);
  const gap = gaps.find(({ cause }) => cause === 'restored');
  expect(gap?.from).toBeLessThan(lost);
  expect(gap?.to).toBeGreaterThan(backedUp);
  expect(await hygate('verify', join(dir, 'restored'))).toMatch(/^Nothing was changed/m);
  expect(await hygate('audit', join(dir, 'restored'))).toMatch(
    /restored: recorded after the backup[\s\S]*^The ledger holds/m,
  );
  // It was told before the backup: it is not told as news again.
  expect(await firstNews(client, raised.id)).toEqual(told);
}, 120_000);

async function acknowledge(client: HygateClient, id: string): Promise<false> {
  const [alarm] = (await openAlarms(client)).filter((open) => open.id === id);
  if (alarm?.acknowledged === null)
    await client.post(`/api/v1/alarms/${id}/acknowledge`, { comment: 'again' });
  return false;
}

interface Told {
  readonly event: string;
  readonly state: string;
  readonly attempts: readonly unknown[];
}

async function firstNews(client: HygateClient, alarm: string): Promise<Told | undefined> {
  const { messages } = await client.get<{ messages: Told[] }>(`/api/v1/alarms/${alarm}/messages`);
  return messages.find(({ event }) => event === 'raised');
}
