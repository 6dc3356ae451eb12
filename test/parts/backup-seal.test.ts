import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { DAY } from '#model/time';
import { backUp } from '../../gateway/journal/backup/backup.ts';
import { segmentPath } from '../../gateway/journal/segment.ts';
import { verifyJournal } from '../../gateway/journal/verify/verify.ts';
import { JournalOfYears } from '../kit/journal-years.ts';

const OCTOBER = Date.UTC(2026, 9, 31);

test('a segment that is sealed while a backup is made lies in it as it was sealed', async () => {
  const to = mkdtempSync(join(tmpdir(), 'hygate-backup-'));
  const months = new JournalOfYears({ devices: {}, unknown: null }, OCTOBER);
  onTestFinished(() => {
    months.remove();
    rmSync(to, { recursive: true });
  });
  months.measure(['box.temp']);
  // Somebody who reads the old month keeps it from being sealed.
  const reader = new DatabaseSync(segmentPath(months.dir, 1), { readOnly: true });
  reader.exec('SELECT seq FROM entry');
  months.pass(OCTOBER + DAY);
  months.measure(['box.temp']);
  expect(months.of('segment-sealed')).toEqual([]);
  reader.close();
  const backup = backUp({ from: months.data, to, now: OCTOBER + DAY });
  months.pass(OCTOBER + DAY);
  expect(months.of('segment-sealed')).toHaveLength(1);
  await backup;
  const { sealed, findings } = await verifyJournal({ dir: join(to, 'journal'), now: OCTOBER + DAY });
  expect({ sealed, findings }).toEqual({ sealed: 1, findings: [] });
  expect(await backUp({ from: months.data, to, now: OCTOBER + DAY })).toMatchObject({ kept: 1 });
});
