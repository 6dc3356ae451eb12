import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { asSent, journalFolder, openJournal, readingsOf, rowsUpToHead } from '../kit/journal-folder.ts';
import { messageReadings } from '../kit/journal-message.ts';

const CHILD = fileURLToPath(new URL('../kit/journal-child.ts', import.meta.url));
const ROUNDS = 12;

/** Lets a child append from `from` on until it acknowledged `count` more, and kills it in the act. */
async function appendAndKill(dir: string, from: number, count: number): Promise<number[]> {
  const child = spawn(process.execPath, [CHILD, dir, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: number[] = [];
  const lines = createInterface({ input: child.stdout });
  const exited = once(child, 'exit');
  lines.on('line', (line) => {
    acknowledged.push(Number(line));
    if (acknowledged.length === count) child.kill('SIGKILL');
  });
  await once(lines, 'close');
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return acknowledged;
}

test('what was acknowledged is there exactly once after a dozen kills, and resending doubles nothing', async () => {
  const dir = journalFolder();
  const acknowledged = new Set<number>();
  let from = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const message of await appendAndKill(dir, from, 20 + round * 77)) acknowledged.add(message);
    // The next round sends again everything from the first message that nobody acknowledged.
    while (acknowledged.has(from)) from += 1;
    from = Math.max(0, from - 50);
  }
  const journal = await openJournal(dir);
  const stored = readingsOf(await rowsUpToHead(journal));
  const keys = stored.map(({ point, at }) => `${point} ${at}`);
  const byKey = new Map(stored.map((reading) => [`${reading.point} ${reading.at}`, reading]));
  expect(keys.length).toBe(byKey.size);
  const expected = [...acknowledged].flatMap(messageReadings);
  expect(expected.length).toBeGreaterThan(ROUNDS * 100);
  for (const reading of expected) expect(byKey.get(`${reading.point} ${reading.at}`)).toEqual(reading);

  // The history, rebuilt by replay after every kill, tells the same as the rows.
  for (const point of new Set(stored.map((reading) => reading.point))) {
    const inHistory = asSent(await journal.history.readings(point, 0, 4e12, 1e6));
    const inRows = stored.filter((reading) => reading.point === point).sort((a, b) => a.at - b.at);
    expect(inHistory).toEqual(inRows);
  }
  const repeats = await journal.append(expected.slice(0, 500));
  expect(repeats.repeated).toBe(Math.min(500, expected.length));
});
