import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HOUR, SECOND } from '#model/time';
import { ImportedFile, ImportedStore } from './store.ts';

const START = 500_000 * HOUR;

/** An hour with so many values, at equal distances. */
async function hourOf(count: number): Promise<ImportedFile> {
  const dir = mkdtempSync(join(tmpdir(), 'hygate-imported-'));
  const [store, file] = [new ImportedStore(dir), new ImportedFile(dir)];
  const step = Math.floor(HOUR / count);
  const samples = Array.from({ length: count }, (_, index) => ({ at: START + index * step, value: index }));
  store.put('fridge-1.temp', samples, null);
  store.close();
  onTestFinished(async () => {
    await file.stop();
    rmSync(dir, { recursive: true });
  });
  return file;
}

test('more values than the gateway has time to unpack are told by their hours', async () => {
  const usual = await hourOf(3_600);
  expect(usual.buckets('fridge-1.temp', START, START + HOUR, SECOND)).toMatchObject({
    every: SECOND,
    buckets: { length: 3_600 },
  });
  const flood = await hourOf(300_000);
  const { every, buckets } = flood.buckets('fridge-1.temp', START, START + HOUR, SECOND);
  expect(every).toBe(HOUR);
  expect(buckets).toMatchObject([{ count: 300_000, min: 0, max: 299_999 }]);
});
