import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { JournalEvent } from '#model/journal';
import { chainHash } from '../../gateway/journal/chain.ts';
import { encodeEvent } from '../../gateway/journal/entries.ts';
import { listSegments, segmentPath } from '../../gateway/journal/segment.ts';
import { type VerifyReport, verifyJournal } from '../../gateway/journal/verify/verify.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { copyFolder } from '../kit/mutation.ts';
import { type SealedJournal, sealedJournal } from '../kit/sealed-journal.ts';

/*
 * Somebody who owns the box and knows the format: the chain is right behind each of these.
 */

const YEAR = 365.25 * 86_400_000;
let journal: SealedJournal;
let dir: string;

beforeAll(async () => {
  journal = await sealedJournal();
});
afterAll(() => journal.remove());
beforeEach(() => {
  const copy = copyFolder(journal.dir);
  onTestFinished(() => copy.close());
  dir = copy.dir;
});

/** Appends an event as the gateway would, with a hash that fits. */
function forge(type: string, data: JournalEvent['data'], later = 1_000): void {
  const db = new DatabaseSync(segmentPath(dir, listSegments(dir).at(-1) ?? 0));
  const last = db.prepare('SELECT seq, arrived, hash FROM entry ORDER BY seq DESC LIMIT 1').get();
  const arrived = Number(last?.['arrived']) + later;
  const body = encodeEvent({ type, at: arrived, by: null, data });
  const row = { seq: Number(last?.['seq']) + 1, arrived, kind: 2, count: 1, body };
  const hash = chainHash(last?.['hash'] as Uint8Array, row as never);
  db.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)').run(row.seq, arrived, 2, 1, body, hash);
  db.close();
}

/** The event `segment-sealed` of a segment. */
function sealOf(no: number): JournalEvent['data'] {
  for (const segment of listSegments(dir)) {
    const db = new DatabaseSync(segmentPath(dir, segment));
    const rows = db.prepare('SELECT body FROM entry WHERE kind = 2').all();
    db.close();
    const events = rows.map(({ body }) => JSON.parse(Buffer.from(body as Uint8Array).toString()));
    const found = events.find(({ type, data }) => type === 'segment-sealed' && data.segment === no);
    if (found !== undefined) return found.data;
  }
  throw new Error(`segment ${no} is not sealed`);
}

const remove = (no: number) => rmSync(segmentPath(dir, no));
const texts = ({ findings }: VerifyReport) => findings.map(({ kind, text }) => `${kind}: ${text}`).join('\n');

test('an event that fits is no finding: the forger of these tests does it right', async () => {
  forge('note', {});
  expect(texts(await verifyJournal({ dir }))).toBe('');
});

test('what is under a signature is told, and what is not', async () => {
  const { signedTo, head } = await verifyJournal({ dir });
  const roots = readFileSync(join(dir, 'roots.ndjson'), 'utf8').trim().split('\n');
  expect(signedTo).toBe(JSON.parse(roots.at(-1) ?? '').seq);
  expect(signedTo).toBeLessThan(head);
  rmSync(join(dir, 'roots.ndjson'));
  expect((await verifyJournal({ dir })).signedTo).toBe(0);
});

test('a segment that is said to have expired before anything may is missing', async () => {
  const seal = sealOf(2);
  forge('segment-expired', { ...seal, reason: 'retention' });
  remove(2);
  expect(texts(await verifyJournal({ dir }))).toMatch(/segment-missing: segment 2,.* before its time/);
});

test('a clock that runs years ahead lets nothing expire for who verifies by a right one', async () => {
  const seal = sealOf(2);
  forge('segment-expired', { ...seal, reason: 'retention' }, 30 * YEAR);
  remove(2);
  const now = Number(seal['to']) + 2 * YEAR;
  expect(texts(await verifyJournal({ dir, now }))).toMatch(/segment-missing: segment 2,.* before its time/);
});

test('what expires at its time is no finding, and must be what was sealed', async () => {
  const seal = sealOf(1);
  forge('segment-expired', { ...seal, reason: 'retention' }, 11 * YEAR);
  remove(1);
  const now = Number(seal['to']) + 12 * YEAR;
  expect(texts(await verifyJournal({ dir, now }))).toBe('');
  forge('segment-expired', { ...seal, to: Number(seal['to']) - 9 * YEAR });
  expect(texts(await verifyJournal({ dir, now }))).toMatch(
    /segment-missing: segment 1,.* is not what was sealed/,
  );
});

test('another signing key is found though the roots are left alone', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(dir, 'signing-key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(dir, 'signing-key.pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  expect(texts(await verifyJournal({ dir }))).toBe(
    'root-changed: the public key of the folder is none that the journal says was made',
  );
});

test('a key that was damaged and made anew is no finding', async () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(dir, 'signing-key.pub.pem'), pem);
  forge('signing-key-made', { publicKey: pem });
  expect(texts(await verifyJournal({ dir }))).toBe('');
});

test.each<[string, () => void]>([
  ['a seal of the year 300,000', () => forge('segment-sealed', { ...sealOf(1), segment: 99, from: 1e16 })],
  ['a seal that says nothing', () => forge('segment-sealed', {})],
  ['an expiry that says nothing', () => forge('segment-expired', {})],
  ['an expiry of words', () => forge('segment-expired', { segment: 'x', firstSeq: [], to: {} })],
  ['a root of the year 300,000', () => appendFileSync(join(dir, 'roots.ndjson'), farRoot())],
  ['a row of the year 300,000', () => forge('note', {}, 8.9e15)],
  ['a key that signs nothing', () => forge('signing-key-made', { publicKey: x25519() })],
])('%s is a finding and stops nothing', async (_, change) => {
  change();
  const command = new HygateProcess(['verify', dir]);
  const { code } = await command.exited;
  expect(command.output).toMatch(/FOUND: \d+/);
  expect(code).toBe(1);
});

const farRoot = () =>
  readFileSync(join(dir, 'roots.ndjson'), 'utf8')
    .split('\n')
    .slice(-2)
    .join('\n')
    .replace(/"at":\d+/, '"at":9000000000000000');

const x25519 = () => String(generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }));
