import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { askAll } from '../fixtures/expectation.ts';
import { ADMIN_PASSWORD, LOGGER_SECRET, OPERATOR_PASSWORD, SITE } from '../fixtures/life.ts';
import { DataFixture, dataFixtures } from '../kit/data-fixture.ts';
import { freePort } from '../kit/free-port.ts';
import { HygateClient } from '../kit/hygate-client.ts';
import { without } from '../kit/peers.ts';
import { startMailServer } from '../kit/smtp.ts';

async function open(name: string): Promise<{ fixture: DataFixture; dir: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'hygate-upgrade-'));
  const mail = await startMailServer();
  onTestFinished(async () => {
    await mail.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const ports = { mqtt: await freePort(), http: await freePort(), mail: mail.port };
  return { fixture: new DataFixture(name, dir, ports), dir };
}

const login = (url: string, name: string, password: string) =>
  fetch(`${url}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password, session: 'bearer' }),
  });

/** What was sent, and in how many tries. */
function sentOf(dataDir: string): unknown[] {
  const db = new DatabaseSync(join(dataDir, 'alarms.sqlite'));
  try {
    return db.prepare("SELECT id, key, person, tries FROM outbox WHERE state = 'sent' AND id <= 100").all();
  } finally {
    db.close();
  }
}

describe.skipIf(without('faketime')).each(dataFixtures())('the data folder %s', (name) => {
  test('is read by today’s gateway as the one that wrote it read it', async () => {
    const { fixture } = await open(name);
    const { dataDir, url, expected } = fixture;
    const sent = sentOf(dataDir);
    const gateway = fixture.gateway();
    onTestFinished(async () => void (await gateway.stop('SIGKILL')));
    await gateway.waitFor(/^Loggers/m);
    const client = await HygateClient.login(url, ADMIN_PASSWORD);
    const found = await askAll(client, expected.to);
    expect(found.readings).toMatchObject(expected.readings);
    expect(Object.values(found.readings).flat()).toHaveLength(Object.values(expected.readings).flat().length);
    expect(found.buckets).toEqual(expected.buckets);
    // Later versions say more of an alarm, and nothing else of what was said.
    expect(found.alarms).toMatchObject(expected.alarms);
    expect(found.events).toMatchObject(expected.events);
    expect(found.users).toEqual(expected.users);
    expect((await login(url, 'wang', OPERATOR_PASSWORD)).status).toBe(200);
    expect((await login(url, 'wang', 'another one')).status).toBe(401);
    await goesOn(fixture, client);
    const written = JSON.parse(readFileSync(join(dataDir, 'version.json'), 'utf8'));
    expect(written).toEqual({ data: 1, hygate: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    await gateway.stop();
    expect(sentOf(dataDir)).toEqual(expect.arrayContaining(sent));
    expect(sent.length).toBeGreaterThan(0);
    expect((await fixture.hygate('verify', dataDir)).output).toMatch(/^Nothing was changed/m);
    expect((await fixture.hygate('audit', dataDir)).output).toMatch(/^The ledger holds/m);
  }, 120_000);

  test('is backed up as it is, and restored', async () => {
    const { fixture, dir } = await open(name);
    const [backup, restored] = [join(dir, 'backup'), join(dir, 'restored')];
    expect(await fixture.hygate('backup', fixture.dataDir, backup)).toMatchObject({ code: 0 });
    expect(await fixture.hygate('restore', backup, restored)).toMatchObject({ code: 0 });
    const gateway = fixture.gateway(restored);
    onTestFinished(async () => void (await gateway.stop('SIGKILL')));
    await gateway.waitFor(/^Loggers/m);
    const client = await HygateClient.login(fixture.url, ADMIN_PASSWORD);
    const found = await askAll(client, fixture.expected.to);
    expect(found.readings).toMatchObject(fixture.expected.readings);
    expect(found.alarms).toMatchObject(fixture.expected.alarms);
  }, 120_000);
});

test.skipIf(without('faketime'))(
  'a place that counts alarms, and one of an InfluxDB that the site has no more, hinder no verify, backup, restore or start',
  async () => {
    const { fixture, dir } = await open(dataFixtures().at(-1) ?? '');
    const { dataDir } = fixture;
    const [backup, restored] = [join(dir, 'backup'), join(dir, 'restored')];
    writeFileSync(join(dataDir, 'journal/cursor-influx-alarms'), `${2 ** 40 + 7}\n`);
    writeFileSync(join(dataDir, 'journal/cursor-influx'), '3\n');
    expect((await fixture.hygate('verify', dataDir)).output).toMatch(/^Nothing was changed/m);
    expect(await fixture.hygate('backup', dataDir, backup)).toMatchObject({ code: 0 });
    expect(await fixture.hygate('restore', backup, restored)).toMatchObject({ code: 0 });
    const gateway = fixture.gateway(restored);
    onTestFinished(async () => void (await gateway.stop('SIGKILL')));
    await gateway.waitFor(/^Loggers/m);
    expect(gateway.output).toMatch(/a consumer of the journal left the site/);
    await gateway.stop();
    expect(readFileSync(join(restored, 'journal/cursor-influx.aside'), 'utf8')).toBe('3\n');
    expect((await fixture.hygate('verify', restored)).output).toMatch(/^Nothing was changed/m);
  },
  120_000,
);

/** What a logger sends after the upgrade is stored behind what was there. */
async function goesOn({ mqttUrl, expected }: DataFixture, client: HygateClient): Promise<void> {
  const at = expected.to + 60_000;
  const logger = await connectAsync(mqttUrl, {
    username: 'box-1',
    password: LOGGER_SECRET,
    clientId: 'box-1',
  });
  const readings = [{ point: 'temp', at, value: 6.5 }];
  await logger.publishAsync(`hygate/${SITE}/in/box-1`, JSON.stringify({ v: 1, readings }), { qos: 1 });
  await logger.endAsync();
  const path = `/api/v1/readings?point=box-1.temp&from=${at}&to=${at + 1}`;
  const { readings: stored } = await client.get<{ readings: unknown[] }>(path);
  expect(stored).toMatchObject([{ at, value: 6.5, quality: 'good' }]);
}

test.skipIf(without('faketime'))(
  'a data folder of a newer version is refused by its name, and nothing in it is touched',
  async () => {
    const { fixture } = await open(dataFixtures()[0] ?? '');
    const file = join(fixture.dataDir, 'version.json');
    const newer = JSON.stringify({ data: 99, hygate: '7.1.0' });
    writeFileSync(file, newer);
    const gateway = fixture.gateway();
    expect((await gateway.exited).code).toBe(1);
    expect(gateway.output).toMatch(
      /^hygate: .* was written by Hygate 7\.1\.0, .*: start Hygate 7\.1\.0 again/,
    );
    expect(readFileSync(file, 'utf8')).toBe(newer);
  },
  60_000,
);
