import { readdirSync, readFileSync, statSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bucket } from '#model/journal';
import { silentLog } from '#model/log';
import { DAY, HOUR, MINUTE, realClock, SECOND } from '#model/time';
import { ImportedFile } from '../../gateway/imported/store.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { type ApiClient, administrator, startGateway, type TestGateway } from '../kit/api-gateway.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { readSiteText, SITE_TEXT } from '../kit/imported-site.ts';
import { INFLUX_ADMIN, INFLUX_DATABASE, type InfluxPeer, startInfluxd } from '../kit/influx-peers.ts';
import { without } from '../kit/peers.ts';

/* History of an existing InfluxDB: a real one, with measurements, tags and units of its own. */

/** At the beginning of an hour, ten days ago. */
const START = (Math.floor(Date.now() / HOUR) - 240) * HOUR;
const POINT = 'fridge-1.temp';

interface Answer {
  readonly imported: boolean;
  readonly every: number;
  readonly buckets: readonly Bucket[];
}

describe.skipIf(without('influxd'))('hygate import-influx', () => {
  let dir: string;
  let influxd: InfluxPeer;
  let gateway: TestGateway;
  let client: ApiClient;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hygate-old-'));
    // As somebody may have set it, so that no dashboard brings the server down.
    influxd = await startInfluxd(join(dir, 'influxd'), 'max-row-limit = 1000');
    await writeFile(join(dir, 'site.yaml'), SITE_TEXT);
    await writeFile(
      join(dir, 'points.yaml'),
      `${POINT}: { measurement: temps, field: reading, tags: { probe: "F 1's" }, factor: 0.1 }`,
    );
    const site = await readSiteText();
    await makeJournal(join(dir, 'data'));
    await writeOldData(influxd.url);
    const imported = new ImportedFile(join(dir, 'data'));
    gateway = await startGateway({ site, more: () => ({ imported }) });
    client = await administrator(gateway);
  });
  afterAll(async () => {
    await gateway?.stop();
    await influxd?.stop();
    await rm(dir, { recursive: true });
  });

  const run = async (...more: string[]) => {
    const where = ['--url', influxd.url, '--database', INFLUX_DATABASE, '--user', INFLUX_ADMIN.user];
    const args = [
      join(dir, 'site.yaml'),
      join(dir, 'data'),
      ...where,
      '--points',
      join(dir, 'points.yaml'),
      ...more,
    ];
    const hygate = new HygateProcess(['import-influx', ...args], {
      env: { INFLUX_PASSWORD: INFLUX_ADMIN.password },
    });
    const { code } = await hygate.exited;
    return { code, output: hygate.output };
  };
  const ask = async (from: number, to: number, every: string) => {
    const { body } = await client.call<Answer>(
      `/api/v1/imported?point=${POINT}&from=${from}&to=${to}&every=${every}`,
    );
    return body;
  };

  test('before it nothing is imported, and asking makes no file', async () => {
    expect((await ask(START, START + DAY, '1h')).buckets).toEqual([]);
    expect(readdirSync(join(dir, 'data'))).not.toContain('imported.sqlite');
  });

  test('takes what can be a value, says what it refused, and leaves the journal as it was', async () => {
    const before = fingerprint(join(dir, 'data/journal'));
    const { code, output } = await run();
    expect(output).toContain(
      `${POINT}  14400 values since ${new Date(START).toISOString()}, 2 refused: out-of-range`,
    );
    expect(output).toContain('For viewing only');
    expect(output).not.toContain(INFLUX_ADMIN.password);
    expect(code).toBe(0);
    expect(fingerprint(join(dir, 'data/journal'))).toEqual(before);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'what root brings belongs to whom the folder belongs, who may read it',
    async () => {
      const data = join(dir, 'data');
      await chown(data, 12_345, 12_346);
      await run();
      const names = readdirSync(data).filter((name) => name.startsWith('imported.sqlite'));
      expect(names).toContain('imported.sqlite');
      for (const name of names)
        expect(statSync(join(data, name)), name).toMatchObject({ uid: 12_345, gid: 12_346 });
    },
  );

  test('shows the values in our unit, marked as imported, at any length of buckets', async () => {
    const minutes = await ask(START, START + HOUR, '1m');
    expect(minutes.imported).toBe(true);
    expect(minutes.buckets).toHaveLength(60);
    expect(minutes.buckets[7]).toMatchObject({
      from: START + 7 * MINUTE,
      count: 1,
      mean: expect.closeTo(2.7, 9),
    });
    const part = await ask(START + 10 * MINUTE, START + 20 * MINUTE, '1m');
    expect(part.buckets.map(({ from }) => (from - START) / MINUTE)).toEqual([
      10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
    ]);
    const days = await ask(START, START + 10 * DAY, '6h');
    expect(days.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(14_400);
    expect(days.buckets[0]).toMatchObject({ min: expect.closeTo(2, 9), max: expect.closeTo(7.9, 9) });
  });

  test('gives way wherever the journal has readings of its own', async () => {
    const own = { point: POINT, at: START + 2 * MINUTE, value: 5 };
    gateway.journal.rows.push({ ...own, quality: 'good', reason: null });
    const { buckets } = await ask(START, START + HOUR, '1m');
    expect(buckets).toHaveLength(59);
    expect(buckets.map(({ from }) => from)).not.toContain(START + 2 * MINUTE);
  });

  test('is not among the readings', async () => {
    const { body } = await client.call<{ readings: unknown[] }>(
      `/api/v1/readings?point=${POINT}&from=${START}&to=${START + DAY}`,
    );
    expect(body.readings).toHaveLength(1);
  });

  test('a second run asks only for what the first had not whole, and changes nothing', async () => {
    const before = await ask(START, START + 10 * DAY, '6h');
    const { output } = await run();
    expect(output).toMatch(/[12] weeks were taken before/);
    expect(await ask(START, START + 10 * DAY, '6h')).toEqual(before);
  });

  test('says what the old database says, and what to give', async () => {
    const hygate = new HygateProcess(
      [
        'import-influx',
        join(dir, 'site.yaml'),
        join(dir, 'data'),
        '--url',
        influxd.url,
        '--database',
        'x',
        '--user',
        'y',
      ],
      { env: { INFLUX_PASSWORD: 'not-the-one' } },
    );
    expect((await hygate.exited).code).toBe(1);
    expect(hygate.output).toContain('authorization failed');
    expect(hygate.output).not.toContain('not-the-one');
    const odd = new HygateProcess([
      ...['import-influx', join(dir, 'site.yaml'), join(dir, 'data')],
      ...['--url', 'localhost:8086', '--database', 'x'],
    ]);
    expect((await odd.exited).code).toBe(1);
    expect(odd.output).toMatch(/^hygate: --url must be an address such as .*, not "localhost:8086"\n$/);
    const bare = new HygateProcess(['import-influx', join(dir, 'site.yaml')]);
    await bare.exited;
    expect(bare.output).toContain('--url URL --database NAME');
  });

  test('an audit and a verification of the data folder know nothing of it', async () => {
    for (const command of ['verify', 'audit']) {
      const hygate = new HygateProcess([command, join(dir, 'data')]);
      expect((await hygate.exited).code, hygate.output).toBe(0);
      expect(hygate.output).not.toContain('import');
    }
  });
});

/** Ten days, a value a minute, in tenths of a degree; two of them no fridge has, and another probe beside it. */
async function writeOldData(url: string): Promise<void> {
  const lines = Array.from({ length: 10 * 24 * 60 }, (_, index) => {
    const at = START + index * MINUTE;
    return `temps,probe=F\\ 1's reading=${20 + (index % 60)} ${at}`;
  });
  const broken = [1, 2].map((index) => `temps,probe=F\\ 1's reading=99999 ${START + index * SECOND}`);
  const other = [`temps,probe=F2 reading=1 ${START}`];
  const parameters = new URLSearchParams({
    ...{ db: INFLUX_DATABASE, precision: 'ms' },
    ...{ u: INFLUX_ADMIN.user, p: INFLUX_ADMIN.password },
  });
  const body = [...lines, ...broken, ...other].join('\n');
  const { status } = await fetch(`${url}/write?${parameters}`, { method: 'POST', body });
  expect(status).toBe(204);
}

async function makeJournal(dataDir: string): Promise<void> {
  const journal = new FileJournal({
    ...{ dir: join(dataDir, 'journal'), siteId: 'clinic', clock: realClock, log: silentLog },
    meter: { count: () => undefined, gauge: () => undefined, time: () => undefined },
  });
  await journal.start();
  await journal.append([{ point: POINT, at: Date.now() - SECOND, value: 5, quality: 'good', reason: null }]);
  await journal.stop();
}

/** Every byte of the journal. */
const fingerprint = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => name.startsWith('segment-'))
    .map((name) => readFileSync(join(dir, name)).toString('base64'));
