import { expect, test } from 'vitest';
import type { Gap, PointLedger } from '#model/journal';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Site, SiteDevice } from '#model/site';
import { HOUR, realClock } from '#model/time';
import { audit } from '../../gateway/journal/audit/audit.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { Gateway } from '../../gateway/main.ts';
import { apiSite } from '../kit/api-site.ts';
import { journalFolder } from '../kit/journal-folder.ts';
import { modbusDevice, tcpLine } from '../kit/modbus-device.ts';
import { ScriptedModbus } from '../kit/modbus-scripted.ts';
import { until } from '../kit/until.ts';

/** Longer than a busy machine stalls: a sample that was not taken in its time is missing in truth. */
const EVERY = 500;
const word = (address: number) => ({ table: 'holding', address, type: 'uint16' }) as const;

/** A gateway over a data folder, started again and again with another site file. */
async function stage() {
  const dir = journalFolder();
  const server = new ScriptedModbus('mbap');
  const port = await server.start();
  const device = (keys: readonly string[], every = EVERY): SiteDevice =>
    modbusDevice({
      line: tcpLine(port),
      points: Object.fromEntries(keys.map((key, index) => [key, word(index)])),
      every,
    });
  const run = async (devices: readonly SiteDevice[], reads: number) => {
    const site: Site = { ...apiSite, devices };
    const gateway = new Gateway({ site, dataDir: dir, log: silentLog });
    await gateway.start();
    const asked = server.asked;
    await until('the device is read', () => server.asked >= asked + reads);
    return gateway;
  };
  const accounts = async (...points: readonly string[]): Promise<PointLedger[]> => {
    const journal = new FileJournal({
      ...{ dir: `${dir}/journal`, clock: realClock, log: silentLog, meter: silentMeter },
    });
    await journal.start();
    const to = realClock.wall();
    const asked = points.map((point) => journal.history.ledger(point, to - HOUR, to, EVERY));
    const ledgers = await Promise.all(asked);
    await journal.stop();
    await server.stop();
    expect(audit({ dir: `${dir}/journal`, log: silentLog })).toMatchObject({
      unbalancedHours: 0,
      historyFaultHours: 0,
    });
    return ledgers;
  };
  return { run, device, accounts, dir };
}

const causesOf = (gaps: readonly Gap[]) => [...new Set(gaps.map(({ cause }) => cause))].sort();

test('a point that is removed and put back was not configured in between; the others only knew the stops', async () => {
  const { run, device, accounts } = await stage();
  await (await run([device(['a', 'b'])], 5)).stop();
  await (await run([device(['a'])], 5)).stop();
  await (await run([device(['a', 'b'])], 5)).stop();
  const [a, b] = await accounts('boiler.a', 'boiler.b');
  const between = b?.gaps.filter(({ cause }) => cause === 'not-configured') ?? [];
  // Before its first configuration, and between.
  expect(between).toHaveLength(2);
  expect(between.every(({ missing }) => missing === 0)).toBe(true);
  expect(a?.gaps.filter(({ cause }) => cause === 'not-configured')).toHaveLength(1);
  expect(causesOf(a?.gaps ?? [])).not.toContain('silent');
  const expected = (ledger: PointLedger | undefined) =>
    ledger?.hours.reduce((sum, row) => sum + row.expected, 0) ?? 0;
  expect(expected(b)).toBeLessThan(expected(a) - 4);
}, 60_000);

test('a period that is changed counts from the start with it', async () => {
  const { run, device, accounts } = await stage();
  await (await run([device(['a'], EVERY)], 6)).stop();
  await (await run([device(['a'], 5 * EVERY)], 3)).stop();
  const [a] = await accounts('boiler.a');
  expect(a?.unbalanced).toEqual([]);
  const stored = a?.hours.reduce((sum, row) => sum + row.stored, 0) ?? 0;
  expect(stored).toBeGreaterThanOrEqual(7);
  expect(causesOf(a?.gaps ?? [])).not.toContain('silent');
}, 60_000);
