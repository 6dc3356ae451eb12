import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type VerifyReport, verifyJournal } from '../../gateway/journal/verify/verify.ts';
import {
  changeEvent,
  contentOf,
  copyFolder,
  eventsOf,
  FORGERIES,
  flipByte,
  type Pick,
} from '../kit/mutation.ts';
import { type SealedJournal, sealedJournal } from '../kit/sealed-journal.ts';

/** `npm test` takes a few hundred; more from outside. */
const RUNS = Number(process.env['HYGATE_MUTATIONS'] ?? 300);
const seed = Number(process.env['HYGATE_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));

let journal: SealedJournal;
beforeAll(async () => {
  journal = await sealedJournal();
});
afterAll(() => journal.remove());

const pickOf =
  (context: fc.GeneratorValue): Pick =>
  (limit) =>
    context(fc.nat, { max: Math.max(0, limit - 1) });

async function changed(change: (dir: string) => void): Promise<VerifyReport> {
  const copy = copyFolder(journal.dir);
  try {
    change(copy.dir);
    return await verifyJournal({ dir: copy.dir });
  } finally {
    copy.close();
  }
}

test('an untouched folder, with the log of its open segment, is as it was written', async () => {
  const report = await verifyJournal({ dir: journal.dir });
  expect(report).toMatchObject({ found: 0, findings: [] });
  expect(report.sealed).toBeGreaterThanOrEqual(3);
  expect(report.roots).toBeGreaterThanOrEqual(3);
  expect(report.rows).toBeGreaterThan(400);
});

test('a consumer that has seen more than there is proves that the end is cut off; who counts alarms proves nothing', async () => {
  const cursorAt = (name: string, seq: number) =>
    changed((dir) => writeFileSync(join(dir, name), `${seq}\n`));
  expect((await cursorAt('cursor-influx', 100_000)).findings).toMatchObject([{ kind: 'rows-cut-off' }]);
  // As versions before left it here.
  for (const no of [1, 2 ** 40]) expect((await cursorAt('cursor-influx-alarms', no)).found).toBe(0);
});

test('verifying touches nothing, and works on a folder that nobody may write to', async () => {
  const copy = copyFolder(journal.dir);
  onTestFinished(() => copy.close());
  const prints = () =>
    readdirSync(copy.dir).map((name) => {
      const { mtimeMs, size } = statSync(join(copy.dir, name));
      return [name, mtimeMs, size, readFileSync(join(copy.dir, name), 'base64')];
    });
  const before = prints();
  chmodSync(copy.dir, 0o555);
  expect((await verifyJournal({ dir: copy.dir })).found).toBe(0);
  expect(prints()).toEqual(before);
  chmodSync(copy.dir, 0o755);
});

test(`a flipped bit is found wherever it lies, or it carries nothing (HYGATE_SEED=${seed})`, async () => {
  const content = contentOf(journal.dir);
  const carriedNothing: string[] = [];
  const property = fc.asyncProperty(fc.gen(), async (context) => {
    const copy = copyFolder(journal.dir);
    try {
      const where = flipByte(copy.dir, pickOf(context));
      const { found } = await verifyJournal({ dir: copy.dir });
      if (found > 0) return;
      // Only what no segment says, in the file that is not sealed yet: free space, counters, a log's older frames.
      expect(contentOf(copy.dir), where).toBe(content);
      expect(where).toMatch(/segment-0*5\.sqlite/);
      carriedNothing.push(where);
    } finally {
      copy.close();
    }
  });
  await fc.assert(property, { numRuns: RUNS, seed, endOnFailure: true });
  expect(carriedNothing.length).toBeLessThan(RUNS / 5);
}, 600_000);

test('an event of another form is found, whatever it has become', async () => {
  const ends = [undefined, 7.5, [], true];
  for (const [type, where] of eventsOf(journal.dir)) {
    const forms = ['type', 'at', 'by', 'data'].flatMap((key) => ends.map((end) => ({ [key]: end })));
    const wholes = [null, 7, 'x', []].map((whole) => () => whole);
    const changes = [...wholes, ...forms.map((form) => (event: object) => ({ ...event, ...form }))];
    for (const change of changes) {
      const { findings } = await changed((dir) =>
        changeEvent({ ...where, path: join(dir, basename(where.path)) }, change),
      );
      expect(
        findings.map(({ kind }) => kind),
        `${type}: ${JSON.stringify(change({}))}`,
      ).toContain('row-changed');
    }
  }
}, 600_000);

test.each(Object.keys(FORGERIES))(
  `%s: found (HYGATE_SEED=${seed})`,
  async (name) => {
    const property = fc.asyncProperty(fc.gen(), async (context) => {
      const report = await changed((dir) => FORGERIES[name]?.(dir, pickOf(context)));
      expect(report.found).toBeGreaterThan(0);
    });
    await fc.assert(property, { numRuns: Math.ceil(RUNS / 30), seed, endOnFailure: true });
  },
  600_000,
);

test('roots hold under the key that signed them, and under no other', async () => {
  const copy = copyFolder(journal.dir);
  onTestFinished(() => copy.close());
  const own = join(copy.dir, 'signing-key.pub.pem');
  expect((await verifyJournal({ dir: copy.dir, key: own })).found).toBe(0);
  const other = join(copy.dir, 'other.pem');
  const { publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(other, publicKey.export({ type: 'spki', format: 'pem' }));
  const { findings } = await verifyJournal({ dir: copy.dir, key: other });
  expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(['root-changed']));
});

test('who owns the box and signs everything anew is found by roots that were kept elsewhere', async () => {
  const copy = copyFolder(journal.dir);
  onTestFinished(() => copy.close());
  const kept = join(copy.dir, 'kept.ndjson');
  const roots = readFileSync(join(copy.dir, 'roots.ndjson'), 'utf8');
  writeFileSync(kept, roots.replace(/"hash":"../g, '"hash":"zz'));
  const { findings } = await verifyJournal({ dir: copy.dir, roots: kept });
  expect(findings.some(({ kind, text }) => kind === 'row-changed' && text.includes('written anew'))).toBe(
    true,
  );
});
