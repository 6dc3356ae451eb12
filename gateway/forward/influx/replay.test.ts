import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import type { Answer } from './answer.ts';
import { Delivery } from './delivery.ts';
import { replayAside } from './replay.ts';
import { SetAside } from './set-aside.ts';

let dir: string;
let aside: SetAside;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-replay-'));
  aside = new SetAside(join(dir, 'aside.sqlite'));
  const lines = Array.from({ length: 7 }, (_, index) => `line ${index}`);
  aside.add(
    lines.map((line) => ({ reason: 'type-conflict', said: 'once', line })),
    1,
  );
});
afterEach(() => {
  aside.close();
  rmSync(dir, { recursive: true });
});

const status = (code: number): Answer => ({ kind: 'status', status: code, retryAfter: null, body: '' });
const live = new AbortController().signal;

const replayed = (send: (lines: readonly string[]) => Promise<Answer>) => {
  const common = { stream: 'replay', batch: 2, clock: realClock };
  const delivery = new Delivery({ ...common, send, suspected: true, log: silentLog, meter: silentMeter });
  return replayAside({ ...common, aside, delivery, reason: null }, live);
};
const kept = () => aside.lines(0, 100, null).map(({ line }) => line);

test('each line is sent once, and what is taken leaves the file', async () => {
  const sent: string[] = [];
  const done = await replayed(async (lines) => {
    sent.push(...lines);
    return status(204);
  });
  expect(done).toEqual({ accepted: 7, refused: 0 });
  expect(sent).toEqual(Array.from({ length: 7 }, (_, index) => `line ${index}`));
  expect(kept()).toEqual([]);
});

test('what is refused again stays, and each line is looked at once', async () => {
  const isBad = (line: string) => line === 'line 3';
  const done = await replayed(async (lines) => status(lines.some(isBad) ? 400 : 204));
  expect(done).toEqual({ accepted: 6, refused: 1 });
  expect(kept()).toEqual(['line 3']);
});

test('an end in the middle loses nothing: a line was taken, or is still there', async () => {
  const taken: string[] = [];
  const ended = replayed(async (lines) => {
    if (taken.length >= 4) throw new Error('killed');
    taken.push(...lines);
    return status(204);
  });
  await expect(ended).rejects.toThrow('killed');
  expect([...new Set([...taken, ...kept()])]).toHaveLength(7);
  expect(kept()).toEqual(['line 4', 'line 5', 'line 6']);
});
