import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MINUTE, realClock } from '#model/time';
import { good, journalFolder, openJournal } from '../kit/journal-folder.ts';

const START = Date.UTC(2025, 10, 22, 8, 0, 0);

test('the time between a power cut and the next start is a gap of the gateway, silence is the device’s', async () => {
  const [dir, copy] = [journalFolder(), journalFolder()];
  let now = START;
  const clock = { ...realClock, wall: () => now };
  const poll = async (journal: Awaited<ReturnType<typeof openJournal>>, point: string) => {
    await journal.append([good(point, now, 1)]);
    now += MINUTE;
  };
  const first = await openJournal(dir, { clock });
  for (let i = 0; i < 10; i++) await poll(first, 'a.t');
  // As the files lie at a power cut: nothing was closed.
  cpSync(dir, join(copy, 'cut'), { recursive: true });
  now = START + 30 * MINUTE;
  const second = await openJournal(join(copy, 'cut'), { clock });
  for (let i = 0; i < 5; i++) await poll(second, 'a.t');
  for (let i = 0; i < 4; i++) await poll(second, 'b.t');
  await poll(second, 'a.t');
  const gaps = await second.history.gaps('a.t', START, START + 60 * MINUTE, MINUTE);
  const brief = gaps.map(({ cause, missing, to }) => [cause, missing, (to - START) / MINUTE]);
  expect(brief).toEqual([
    ['gateway-down', 20, 30],
    ['silent', 4, 39],
  ]);
  const unknown = await second.history.gaps('b.t', START, START + 40 * MINUTE, MINUTE);
  expect(unknown).toMatchObject([{ cause: 'not-configured', missing: 35 }, { cause: 'silent' }]);
});
