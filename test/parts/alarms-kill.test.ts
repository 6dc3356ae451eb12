import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import type { Entry } from '#model/journal';
import { MINUTE, SECOND } from '#model/time';
import type { Script } from '../kit/alarms-child.ts';
import { goodReading } from '../kit/alarms-engine.ts';
import { limitRule } from '../kit/alarms-site.ts';
import { startWebhookServer, type WebhookServer } from '../kit/webhook.ts';

const CHILD = fileURLToPath(new URL('../kit/alarms-child.ts', import.meta.url));
const KILLS = 5;
/** Of a row of a life that is killed, in ms. */
const PACE = 4;
/** Seven starts of the product on two cores that other tests share. */
const LONGEST = 120_000;
const ROWS = 600;
const KEYS = ['a', 'b', 'c', 'd'];
const EVERY = 10 * SECOND;
/** So that the rows end now: messages of yesterday would be given up. */
const START = Date.now() - ROWS * EVERY;

/** Four points that go in and out of their limit with delays of ten minutes, and one that only ever sends late. */
function script(url: string): Script {
  const rows = Array.from({ length: ROWS }, (_, index): Entry => {
    const at = START + index * EVERY;
    const readings = KEYS.map((key, n) => goodReading(valueAt(index + 37 * n), at, `fridge-1.${key}`));
    const late = index % 100 === 50 ? lateReadings(at) : [];
    return { kind: 'readings', seq: index + 1, arrived: at, readings: [...readings, ...late] };
  });
  return {
    site: {
      rules: [limitRule({ offDelay: MINUTE }), limitRule({ id: 'high-high', limit: 12, onDelay: 0 })],
      keys: [...KEYS, 'e'],
      every: EVERY,
      people: [{ id: 'li', name: '李工', channels: ['webhook'] }],
      channels: { webhook: { url, timeout: '5s' } },
    },
    rows,
  };
}

/** 90 samples out of 150 beyond the limit, some of them far beyond. */
const valueAt = (index: number): number => (index % 150 < 90 ? 9 + (index % 40 === 0 ? 5 : 0) : 5);

const lateReadings = (now: number) =>
  Array.from({ length: 70 }, (_, n) =>
    goodReading(n < 62 ? 9 : 5, now - 40 * MINUTE + n * EVERY, 'fridge-1.e'),
  ).toSorted((a, b) => (a.at % 7) - (b.at % 7));

/**
 * Runs the child; when given a lifetime in ms, it is killed that long after it has started, and gets no further than
 * that. True when it came to its end.
 */
function run(args: readonly string[], lifetime?: number): Promise<boolean> {
  const most = lifetime === undefined ? [] : [String(Math.ceil(lifetime / PACE))];
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, [CHILD, ...args, ...most], { stdio: [...stdio] });
  let timer: NodeJS.Timeout | undefined;
  return new Promise((resolve) => {
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (lifetime !== undefined && printed.includes('started'))
        timer ??= setTimeout(() => child.kill('SIGKILL'), lifetime);
    });
    // Not at its exit: what it said last may come after that.
    child.on('close', () => {
      clearTimeout(timer);
      resolve(printed.includes('done'));
    });
  });
}

/**
 * What is in the store at the end, without what depends on when the process ran: late readings are judged beside those
 * of now, so that ids may be given in another order. An alarm is named by what it is about instead.
 */
function outcome(file: string) {
  const db = new DatabaseSync(file, { readOnly: true });
  const alarms = db
    .prepare('SELECT doc FROM alarms')
    .all()
    .map(({ doc }) => JSON.parse(String(doc)) as Alarm);
  const events = db.prepare('SELECT count(*) AS n FROM events').get();
  const outbox = db.prepare('SELECT key, person, alarm, state, answer FROM outbox').all();
  db.close();
  // What was put together into one message stands in that one.
  const [merged, alone] = [outbox.filter(isMerged), outbox.filter((row) => !isMerged(row))];
  return {
    alarms: alarms.map(({ id: _, ...alarm }) => ({ name: nameOf(alarm), ...alarm })).sort(byName),
    events,
    told: [...new Set(alone.flatMap(toldOf))].sort(),
    sent: {
      keys: alone.map(({ key }) => String(key)),
      lists: new Map(merged.map(({ key, answer }) => [String(key), String(answer).replace('told in ', '')])),
    },
  };
}

type Row = Readonly<Record<string, unknown>>;
const isMerged = ({ state }: Row): boolean => state === 'merged';

/** Of which alarms a person heard. Whether alone or in a list, and how it stood then, depends on what waited. */
const toldOf = ({ person, alarm }: Row): string[] =>
  (JSON.parse(String(alarm)) as Alarm[]).map((told) => `${person}: ${nameOf(told)}`);

const nameOf = ({ point, rule, since }: Pick<Alarm, 'point' | 'rule' | 'since'>): string =>
  `${point}/${rule.id} ${since}`;

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);

interface SentMessages {
  readonly keys: readonly string[];
  /** Key of a message → key of the one that took its place. */
  readonly lists: ReadonlyMap<string, string>;
}

/** Every message arrived; what arrived again says so, also where a list told again what a kill had interrupted. */
function expectToldAtLeastOnce(server: WebhookServer, { keys, lists }: SentMessages): number {
  const seen = new Set<string>();
  let repeats = 0;
  for (const { body } of server.received) {
    if (seen.has(body.key)) {
      expect(body.repeat).toBe(true);
      repeats++;
    }
    seen.add(body.key);
  }
  expect([...seen].filter((key) => !lists.has(key)).sort()).toEqual(keys.toSorted());
  for (const key of lists.keys()) {
    if (!seen.has(key)) continue;
    const last = lastListOf(key, lists);
    expect(server.received.find(({ body }) => body.key === last)?.body.repeat).toBe(true);
    repeats++;
  }
  return repeats;
}

/** A list that a kill kept from going out waits, and is put with others into the next one. */
function lastListOf(key: string, lists: SentMessages['lists']): string {
  const list = lists.get(key);
  return list === undefined ? key : lastListOf(list, lists);
}

test(
  'kill -9 at random moments: no alarm missed, no delay restarted, nothing told twice without saying so',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hygate-kill-'));
    const [calm, harsh] = [await startWebhookServer(), await startWebhookServer()];
    try {
      await writeFile(join(folder, 'calm.json'), JSON.stringify(script(calm.url)));
      await writeFile(join(folder, 'harsh.json'), JSON.stringify(script(harsh.url)));
      expect(await run([join(folder, 'calm.json'), join(folder, 'calm.sqlite')])).toBe(true);
      const args = [join(folder, 'harsh.json'), join(folder, 'harsh.sqlite'), String(PACE)];
      let kills = 0;
      while (kills < KILLS && !(await run(args, 50 + Math.random() * 500))) kills++;
      expect(kills).toBeGreaterThan(3);
      expect(await run(args)).toBe(true);
      const { sent: calmly, ...expected } = outcome(join(folder, 'calm.sqlite'));
      const { sent: harshly, ...got } = outcome(join(folder, 'harsh.sqlite'));
      expect(expected.alarms.length).toBeGreaterThan(30);
      expect(expected.alarms.filter(({ late }) => late)).toHaveLength(6);
      expect(new Set(expected.alarms.map(({ name }) => name)).size).toBe(expected.alarms.length);
      expect(got).toEqual(expected);
      expectToldAtLeastOnce(calm, calmly);
      const repeats = expectToldAtLeastOnce(harsh, harshly);
      console.log(
        `${kills} kills, ${expected.alarms.length} alarms, ${harsh.received.length} messages, ${repeats} repeated`,
      );
    } finally {
      await calm.close();
      await harsh.close();
      await rm(folder, { recursive: true });
    }
  },
  LONGEST,
);
