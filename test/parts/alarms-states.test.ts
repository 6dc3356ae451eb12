import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { Alarm, AlarmEvent, OutOfService } from '#model/alarm';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { type Clock, HOUR, MINUTE, realClock } from '#model/time';
import { AlarmEngine } from '../../alerts/engine/engine.ts';
import { announcerOf } from '../../alerts/notify/call/announcer.ts';
import { alarmFile, goodReading } from '../kit/alarms-engine.ts';
import { MemoryJournal } from '../kit/alarms-journal.ts';
import { actsSite } from '../kit/alarms-site.ts';
import { until } from '../kit/until.ts';

const CHILD = fileURLToPath(new URL('../kit/alarm-acts.child.ts', import.meta.url));

interface Shown {
  readonly open: readonly Alarm[];
  readonly out: readonly OutOfService[];
}

/** What the child showed when all of it was durable; it was killed then. */
async function killedAfterActs(file: string): Promise<Shown> {
  const child = spawn(process.execPath, [CHILD, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const died = once(child, 'exit');
  child.kill('SIGKILL');
  await died;
  return JSON.parse(line) as Shown;
}

interface Setting {
  readonly file: string;
  readonly journal?: MemoryJournal;
  readonly clock?: Clock;
}

async function started({ file, journal = new MemoryJournal(), clock = realClock }: Setting) {
  const deps = { clock, log: silentLog, meter: silentMeter };
  const engine = new AlarmEngine({
    ...{ site: actsSite, journal, file, announce: announcerOf(actsSite) },
    ...deps,
  });
  await engine.start();
  onTestFinished(() => engine.stop());
  const events: AlarmEvent[] = [];
  engine.onEvent((event) => events.push(event));
  return { engine, journal, events };
}

test('acknowledgement, shelf, ask and service survive kill -9 to the millisecond, and end at their time', async () => {
  const { file, remove } = await alarmFile();
  onTestFinished(remove);
  const { open, out } = await killedAfterActs(file);
  let skipped = 0;
  const clock: Clock = { ...realClock, wall: () => realClock.wall() + skipped };
  const { engine, events } = await started({ file, clock });
  expect(engine.open()).toEqual(open);
  expect(engine.outOfService()).toEqual(out);
  const of = (key: string, rule = 'high') =>
    engine.open().find(({ point, rule: { id } }) => point === `fridge-1.${key}` && id === rule);
  const [ends] = out.map((service) => service.until);
  const begun = (ends ?? 0) - 30 * MINUTE;
  // Nothing of it ends in the minutes before the first of them is due.
  skipped = begun + 14 * MINUTE - Date.now();
  await until('time has passed', () => clock.wall() > begun + 14 * MINUTE + 3000);
  expect(engine.open()).toEqual(open);

  skipped = begun + 16 * MINUTE - Date.now();
  await until('the ask has expired', () => of('asked', 'high-high')?.shelfAsk === undefined);
  skipped = begun + HOUR + MINUTE - Date.now();
  await until(
    'all is over',
    () => of('taken')?.acknowledged === null && of('shelved')?.shelvedUntil === null,
  );
  expect(engine.outOfService()).toEqual([]);
  expect(engine.open().every(({ state }) => state === 'unacknowledged')).toBe(true);
  for (const { at, type } of events) {
    const due = { commented: 15 * MINUTE, 'in-service': 30 * MINUTE }[type as string] ?? HOUR;
    expect(at, type).toBeGreaterThanOrEqual(begun + due);
  }
});

async function raised({ engine, journal }: Awaited<ReturnType<typeof started>>, value = 13) {
  await journal.append([goodReading(value, Date.now(), 'fridge-1.asked')]);
  await until('it is raised', () => engine.open().length > 0);
  return engine.open().find(({ rule }) => rule.severity === (value > 12 ? 'critical' : 'warning'))?.id ?? '';
}

test('what is asked for and what is granted stand in the journal by name; the grant is applied once', async () => {
  const { file, remove } = await alarmFile();
  onTestFinished(remove);
  const running = await started({ file });
  const { engine, journal, events } = running;
  const id = await raised(running);
  const shelf = { type: 'shelve', until: Date.now() + HOUR, comment: 'repair' } as const;
  expect(await engine.act(id, 'li', shelf)).toMatchObject({ shelvedUntil: null, shelfAsk: { by: 'li' } });
  const own = engine.act(id, 'li', { type: 'grant-shelf', comment: '' });
  await expect(own).rejects.toMatchObject({ code: 'second-person-needed' });
  // Both colleagues find the ask; the row of the second one comes to what the first one granted.
  const granted = await Promise.allSettled(
    ['wang', 'zhao'].map((by) => engine.act(id, by, { type: 'grant-shelf', comment: 'yes' })),
  );
  expect(granted).toMatchObject([
    { status: 'fulfilled', value: { shelvedUntil: shelf.until } },
    { status: 'rejected', reason: { code: 'act-out-of-place' } },
  ]);
  const rows = journal.rows.flatMap((row) => (row.kind === 'event' ? [[row.event.type, row.event.by]] : []));
  expect(rows).toEqual([
    ['alarm-shelf-asked', 'li'],
    ['alarm-shelf-granted', 'wang'],
    ['alarm-shelf-granted', 'zhao'],
  ]);
  expect(events.filter(({ type }) => type === 'shelved')).toMatchObject([{ by: 'wang', comment: 'yes' }]);
});

test('what the policy or the state does not allow does not come into the journal', async () => {
  const { file, remove } = await alarmFile();
  onTestFinished(remove);
  const running = await started({ file });
  const { engine, journal } = running;
  const id = await raised(running, 9);
  const rows = journal.rows.length;
  const now = Date.now();
  const refused = async (action: Parameters<AlarmEngine['act']>[2], code: string) =>
    expect(engine.act(id, 'li', action)).rejects.toMatchObject({ code });
  await refused({ type: 'reset', comment: '' }, 'act-out-of-place');
  await refused({ type: 'unshelve', comment: '' }, 'act-out-of-place');
  await refused({ type: 'grant-shelf', comment: '' }, 'act-out-of-place');
  await refused({ type: 'shelve', until: now + 25 * HOUR, comment: 'x' }, 'too-long');
  await refused({ type: 'shelve', until: now + HOUR, comment: ' ' }, 'reason-missing');
  await refused({ type: 'acknowledge', until: now + 5 * HOUR, comment: '' }, 'too-long');
  const out = { type: 'out-of-service', until: now + HOUR, comment: 'repair' } as const;
  await expect(engine.serve('no.such', 'li', out)).rejects.toMatchObject({ code: 'point-unknown' });
  await expect(
    engine.serve('fridge-1.asked', 'li', { type: 'in-service', comment: '' }),
  ).rejects.toMatchObject({
    code: 'act-out-of-place',
  });
  expect(journal.rows).toHaveLength(rows);
});

test('a point out of service is so for the next raise, too, until a person puts it back', async () => {
  const { file, remove } = await alarmFile();
  onTestFinished(remove);
  const running = await started({ file });
  const { engine, journal } = running;
  const out = { type: 'out-of-service', until: Date.now() + HOUR, comment: 'repair' } as const;
  await engine.serve('fridge-1.asked', 'li', out);
  expect(engine.outOfService()).toMatchObject([{ point: 'fridge-1.asked', by: 'li', comment: 'repair' }]);
  await raised(running, 9);
  expect(engine.open()).toMatchObject([{ outOfService: true }]);
  await engine.serve('fridge-1.asked', 'wang', { type: 'in-service', comment: 'done' });
  expect(engine.open()).toMatchObject([{ outOfService: false, state: 'unacknowledged' }]);
  expect(journal.rows.at(-1)).toMatchObject({ event: { type: 'point-in-service', by: 'wang' } });
});
