import { expect, test } from 'vitest';
import type { PointLedger } from '#model/journal';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Site } from '#model/site';
import { type EpochMs, HOUR, type Ms, realClock } from '#model/time';
import { audit } from '../../gateway/journal/audit/audit.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { Gateway } from '../../gateway/main.ts';
import { apiSite } from '../kit/api-site.ts';
import { journalFolder } from '../kit/journal-folder.ts';
import { LoopPulse } from '../kit/loop-pulse.ts';
import { modbusDevice, tcpLine } from '../kit/modbus-device.ts';
import { healthy, ScriptedModbus } from '../kit/modbus-scripted.ts';
import { until } from '../kit/until.ts';

const EVERY: Ms = 500;
const word = (address: number) => ({ table: 'holding', address, type: 'uint16' }) as const;

/** Until when nobody asked the device though it was time: what a busy machine misses is missing in truth. */
interface Stall {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Notes when a question may not have come in its time. */
class StallWatch {
  readonly stalls: Stall[] = [];
  readonly #pulse = new LoopPulse();
  #every: Ms = EVERY;
  #last: EpochMs | undefined;

  begin(every: Ms): void {
    this.#every = every;
    this.#last = undefined;
  }

  /** That a question is heard: a busy process hears of it late. */
  heard(): void {
    const [every, last, now] = [this.#every, this.#last, realClock.wall()];
    if (last !== undefined && now - last > 1.5 * every)
      this.stalls.push({ from: last - every, to: now + every });
    this.#last = this.#pulse.since;
  }

  stop(): void {
    this.#pulse.stop();
  }
}

interface Run {
  readonly keys: readonly string[];
  readonly every?: Ms;
  /** It lasts so many. */
  readonly reads: number;
}

/** A gateway over a data folder, started again and again with another site file. */
async function stage() {
  const dir = journalFolder();
  const server = new ScriptedModbus('mbap');
  const port = await server.start();
  const watch = new StallWatch();
  server.behaviour = (asked) => {
    watch.heard();
    healthy(asked);
  };
  const run = async ({ keys, every = EVERY, reads }: Run): Promise<void> => {
    const points = Object.fromEntries(keys.map((key, index) => [key, word(index)]));
    const site: Site = { ...apiSite, devices: [modbusDevice({ line: tcpLine(port), points, every })] };
    const gateway = new Gateway({ site, dataDir: dir, log: silentLog });
    watch.begin(every);
    await gateway.start();
    const asked = server.asked;
    await until('the device is read', () => server.asked >= asked + reads);
    await gateway.stop();
  };
  /** The device was asked, and yet the ledger says that it was silent; or it did not know a stop. */
  const falselySilent = (ledger: PointLedger | undefined) =>
    ledger?.gaps.filter(
      (gap) =>
        gap.cause === 'silent' && !watch.stalls.some(({ from, to }) => from <= gap.from && gap.to <= to),
    );
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
    watch.stop();
    expect(audit({ dir: `${dir}/journal`, log: silentLog })).toMatchObject({
      unbalancedHours: 0,
      historyFaultHours: 0,
    });
    return ledgers;
  };
  return { run, accounts, falselySilent };
}

test('a point that is removed and put back was not configured in between; the others only knew the stops', async () => {
  const { run, accounts, falselySilent } = await stage();
  await run({ keys: ['a', 'b'], reads: 5 });
  await run({ keys: ['a'], reads: 8 });
  await run({ keys: ['a', 'b'], reads: 5 });
  const [a, b] = await accounts('boiler.a', 'boiler.b');
  const between = b?.gaps.filter(({ cause }) => cause === 'not-configured') ?? [];
  // Before its first configuration, and between.
  expect(between).toHaveLength(2);
  expect(between.every(({ missing }) => missing === 0)).toBe(true);
  expect(a?.gaps.filter(({ cause }) => cause === 'not-configured')).toHaveLength(1);
  expect(falselySilent(a)).toEqual([]);
  const expected = (ledger: PointLedger | undefined) =>
    ledger?.hours.reduce((sum, row) => sum + row.expected, 0) ?? 0;
  expect(expected(b)).toBeLessThan(expected(a) - 4);
}, 120_000);

test('a period that is changed counts from the start with it', async () => {
  const { run, accounts, falselySilent } = await stage();
  await run({ keys: ['a'], reads: 6 });
  await run({ keys: ['a'], every: 5 * EVERY, reads: 3 });
  const [a] = await accounts('boiler.a');
  expect(a?.unbalanced).toEqual([]);
  const stored = a?.hours.reduce((sum, row) => sum + row.stored, 0) ?? 0;
  expect(stored).toBeGreaterThanOrEqual(7);
  expect(falselySilent(a)).toEqual([]);
}, 120_000);
