import {
  appendFileSync,
  chmodSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { listSegments, segmentPath } from '../../gateway/journal/segment.ts';
import { verifyJournal } from '../../gateway/journal/verify/verify.ts';
import { judge, type Served, type StoredRows, serve, storeRows } from './stored-rows.ts';
import type { FaultTrial, Subject, TrialContext, TrialResult } from './trial.ts';

const rowsOf = ({ short }: TrialContext): number => (short ? 600 : 6_000);
const FRAME_BYTES = 24 + 1024;

interface Damage {
  readonly name: string;
  /** Returns what it did. */
  readonly harm: (dir: string, seed: number) => string;
  /** What verify must find on the harmed folder; null: nothing, it is as a crash leaves it. */
  readonly verify: string | null;
  /** Throws when more went with it than it may take. */
  readonly claim: (served: Served, stored: StoredRows) => void;
}

const trial = ({ name, harm, verify, claim }: Damage): FaultTrial => ({
  name,
  async run(context): Promise<TrialResult> {
    const dir = join(context.dir, 'journal');
    const stored = await storeRows(dir, rowsOf(context));
    const what = harm(dir, context.seed);
    const { findings } = await verifyJournal({ dir });
    const kinds = findings.map(({ kind }) => kind);
    if (verify === null ? kinds.length > 0 : !kinds.includes(verify as (typeof kinds)[number]))
      throw new Error(`${name}: verify found ${kinds.join(', ') || 'nothing'}, not ${verify ?? 'nothing'}`);
    const served = await serve(dir);
    claim(served, stored);
    const injected = `${what}; ${served.damaged.size} rows told of, ${served.refused} questions refused`;
    const { startMs } = served;
    return {
      injected,
      ...judge(stored, served),
      disturbance: null,
      recovery: startMs,
      judged: stored.readings,
    };
  },
});

/** Rows told of as damaged: at least one, at most so many. */
const atMost =
  (rows: number) =>
  (served: Served): void => {
    const told = served.damaged.size;
    if (told < 1 || told > rows) throw new Error(`${told} rows were told of as damaged, 1 to ${rows} are`);
  };

const none = (served: Served): void => {
  if (served.damaged.size > 0)
    throw new Error(`${served.damaged.size} rows were told of as damaged, none is`);
};

const newest = (dir: string): string => segmentPath(dir, listSegments(dir).at(-1) ?? 1);

/** One bit of the value in a row's body. */
function flipInRow(path: string, seed: number): string {
  const db = new DatabaseSync(path);
  const rows = db.prepare('SELECT seq, body FROM entry WHERE kind = 1 ORDER BY seq').all();
  const { seq, body } = rows[1 + (seed % (rows.length - 2))] as { seq: number; body: Uint8Array };
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  chmodSync(path, 0o640);
  const bytes = readFileSync(path);
  const begin = Buffer.from(body).subarray(0, 40);
  // What was moved to another page may lie in its old place, too, where nobody reads it.
  for (let at = bytes.indexOf(begin); at >= 0; at = bytes.indexOf(begin, at + 1)) {
    const flipped = Buffer.from(bytes);
    flipped[at + 30] = (flipped[at + 30] ?? 0) ^ 0x10;
    writeFileSync(path, flipped);
    if (Buffer.compare(bodyOf(path, seq), body) !== 0) return `one bit of row ${seq}`;
  }
  throw new Error(`row ${seq} does not lie in ${path}`);
}

function bodyOf(path: string, seq: number): Uint8Array {
  const db = new DatabaseSync(path);
  const row = db.prepare('SELECT body FROM entry WHERE seq = ?').get(seq);
  db.close();
  return row?.['body'] as Uint8Array;
}

function tearLog(dir: string, tail: (log: Buffer) => Buffer): string {
  const log = `${newest(dir)}-wal`;
  const bytes = tail(readFileSync(log));
  appendFileSync(log, bytes);
  return `${bytes.length} bytes behind ${statSync(log).size - bytes.length} of log`;
}

const trials: readonly Damage[] = [
  {
    name: 'a bit of a sealed segment flips',
    harm: (dir, seed) => flipInRow(segmentPath(dir, 1), seed),
    verify: 'file-changed',
    claim: atMost(1),
  },
  {
    name: 'a bit of the open segment flips',
    harm: (dir, seed) => flipInRow(newest(dir), seed),
    verify: 'row-changed',
    claim: atMost(1),
  },
  {
    name: 'a block of a segment is zeroed',
    harm(dir, seed) {
      const path = segmentPath(dir, 2);
      chmodSync(path, 0o640);
      const bytes = readFileSync(path);
      const at = 4096 * (1 + (seed % (Math.floor(bytes.length / 4096) - 2)));
      writeFileSync(path, bytes.fill(0, at, at + 4096));
      return `4 KB at ${at}`;
    },
    verify: 'file-changed',
    // Four leaves of a dozen rows, and the row behind each that nothing proves any more.
    claim: atMost(120),
  },
  {
    name: 'a segment is cut in half',
    harm(dir) {
      const path = segmentPath(dir, 2);
      chmodSync(path, 0o640);
      truncateSync(path, statSync(path).size / 2);
      return `to ${statSync(path).size} bytes`;
    },
    verify: 'file-changed',
    claim: (served, { bySeq }) => atMost(Math.ceil(bySeq.size * 0.9))(served),
  },
  {
    name: 'the log is torn in a write that was not acknowledged',
    harm: (dir) => tearLog(dir, (log) => log.subarray(32, 32 + FRAME_BYTES / 2)),
    verify: 'wal-changed',
    claim: none,
  },
  {
    name: 'the log ends in zeros',
    harm: (dir) => tearLog(dir, () => Buffer.alloc(4 * FRAME_BYTES)),
    verify: null,
    claim: none,
  },
  {
    name: 'a segment in the middle is gone',
    harm(dir) {
      rmSync(segmentPath(dir, 2));
      return `segment 2 of ${listSegments(dir).length + 1}`;
    },
    verify: 'segment-missing',
    claim: (served, { bySeq }) => atMost(Math.ceil(bySeq.size / 2))(served),
  },
  {
    name: 'the history is gone',
    harm(dir) {
      for (const suffix of ['', '-wal', '-shm'])
        rmSync(join(dir, `history.sqlite${suffix}`), { force: true });
      return 'history.sqlite removed';
    },
    verify: null,
    claim: none,
  },
];

/** An hour's readings in the history: the question is refused until the hour is made again. */
const hourOfHistory: FaultTrial = {
  name: 'a bit of an hour in the history flips',
  async run(context): Promise<TrialResult> {
    const dir = join(context.dir, 'journal');
    const stored = await storeRows(dir, rowsOf(context));
    // A clean stop moves the open hours into the file.
    await serve(dir);
    const db = new DatabaseSync(join(dir, 'history.sqlite'));
    db.exec(
      "UPDATE hour SET body = substr(body, 1, 11) || x'5a' || substr(body, 13) WHERE key = (SELECT min(key) FROM hour)",
    );
    db.close();
    const served = await serve(dir);
    if (served.refused === 0) throw new Error('the damaged hour was answered');
    const verdict = judge(stored, served);
    const injected = `one byte of one hour; ${served.refused} questions refused`;
    return { injected, ...verdict, disturbance: null, recovery: served.startMs, judged: stored.readings };
  },
};

export const subject: Subject = { name: 'journal', trials: [...trials.map(trial), hourOfHistory] };
