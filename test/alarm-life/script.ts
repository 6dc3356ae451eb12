import { randomUUID } from 'node:crypto';
import type { Alarm } from '#model/alarm';
import type { Entry, JournalEvent } from '#model/journal';
import type { Reading } from '#model/reading';
import { type EpochMs, MINUTE, SECOND } from '#model/time';
import { BEGINNING } from '../../alerts/engine/changes.ts';
import { Evaluator } from '../../alerts/engine/judge/evaluator.ts';
import { announcerOf } from '../../alerts/notify/call/announcer.ts';
import { between, happens, type Random, seededRandom } from '../../firmware-sim/physics/random.ts';
import { alarmSite, limitRule, type SiteParts } from '../kit/alarms-site.ts';

/** A journal that was written beforehand, and the site that it is judged by. */
export interface Script {
  readonly site: SiteParts;
  readonly rows: readonly Entry[];
}

export interface ScriptOptions {
  /** Rows of readings, ten seconds each. */
  readonly rows: number;
  readonly seed: number;
  /** Where both channels send to. */
  readonly url: string;
}

const EVERY = 10 * SECOND;
const KEYS = Array.from({ length: 18 }, (_, index) => `t${index + 1}`);
/** So many rows before the end everything is well again. */
const CALM = 120;
/** All points at once: more than ten alarms in ten minutes. */
const FLOOD = { each: 500, lasts: 90 };
const INSIDE = 5;
const BEYOND = 9;
const FAR_BEYOND = 14;

/** Routes with every step of a telling that waits: escalation, reminders, an acknowledgement that runs out, digests. */
function siteParts(url: string): SiteParts {
  const severities = ['warning', 'critical'] as const;
  return {
    rules: [
      limitRule({ offDelay: MINUTE }),
      limitRule({ id: 'high-high', limit: 12, onDelay: 0, severity: 'warning' }),
    ],
    keys: KEYS,
    every: EVERY,
    people: [
      { id: 'li', name: '李工', channels: ['webhook'] },
      { id: 'wang', name: '王护士长', channels: ['pager'] },
      { id: 'zhao', name: '赵主任', channels: ['webhook', 'pager'] },
    ],
    routes: [
      {
        areas: null,
        severities,
        to: ['li', 'wang'],
        escalate: [{ after: 4 * MINUTE, to: ['zhao'] }],
        remind: 10 * MINUTE,
      },
    ],
    channels: { webhook: { url: `${url}/webhook`, timeout: '5s' }, pager: { url: `${url}/pager` } },
  };
}

/**
 * Hours of eighteen points that go in and out of their limits, and of people who acknowledge, shelve and forget. The
 * rows end now, with everything over: what comes after the last row changes nothing any more.
 */
export function writeScript({ rows: count, seed, url }: ScriptOptions): Script {
  const site = siteParts(url);
  const start = Date.now() - count * EVERY;
  const random = seededRandom(seed, 'alarm life');
  const stored = { position: BEGINNING, points: [], alarms: [], kept: [] };
  const resolved = alarmSite(site);
  // Runs along, so that people act on alarms that there will be.
  const evaluator = new Evaluator(resolved, announcerOf(resolved), stored, start);
  const rows: Entry[] = [];
  const said = new Map<string, EpochMs>();
  const write = (entry: Entry) => {
    rows.push(entry);
    evaluator.take(entry);
    for (const { at, alarms } of evaluator.drain().announced.deliveries)
      for (const { id } of alarms) said.set(id, at);
  };
  const points = KEYS.map((key) => new Wave(`fridge-1.${key}`, random));
  for (let index = 0; index < count; index++) {
    const arrived = start + index * EVERY;
    const calm = index > count - CALM;
    const flood = index % FLOOD.each >= FLOOD.each - FLOOD.lasts;
    const readings = points.map((wave) => wave.next(arrived, { calm, flood }));
    write({ kind: 'readings', seq: rows.length + 1, arrived, readings });
    for (const alarm of evaluator.open()) {
      for (const event of acts(alarm, arrived, { random, calm, said: said.get(alarm.id) ?? arrived }))
        write({ kind: 'event', seq: rows.length + 1, arrived, event });
    }
  }
  const open = evaluator.open();
  if (open.length > 0) throw new Error(`the script ends with ${open.length} alarms that are not over`);
  return { site, rows };
}

/** A temperature that is well for a while and beyond its limit for a while. */
class Wave {
  readonly #point: string;
  readonly #random: Random;
  #left: number;
  #value = INSIDE;

  constructor(point: string, random: Random) {
    this.#point = point;
    this.#random = random;
    this.#left = between(random, 2, 200);
  }

  next(at: EpochMs, { calm, flood }: { readonly calm: boolean; readonly flood: boolean }): Reading {
    if (--this.#left <= 0) this.#turn();
    const value = calm ? INSIDE : flood ? BEYOND : this.#value;
    return { point: this.#point, at, value, quality: 'good', reason: null };
  }

  #turn(): void {
    const wasInside = this.#value === INSIDE;
    this.#value = wasInside ? (this.#random() < 0.2 ? FAR_BEYOND : BEYOND) : INSIDE;
    this.#left = wasInside ? between(this.#random, 30, 200) : between(this.#random, 60, 500);
  }
}

/**
 * Nobody shelves what was only just spoken of: whether that was written and taken back, or never written, depends on
 * which rows came into one transaction.
 */
const LOOKED_AT = 5 * MINUTE;

interface Mood {
  readonly random: Random;
  /** Nobody leaves anything open any more. */
  readonly calm: boolean;
  /** When something was last said of the alarm. */
  readonly said: EpochMs;
}

/** What somebody does about the alarm at this moment, as the journal has it. */
function acts(
  { id, state, clearedAt, shelvedUntil }: Alarm,
  at: EpochMs,
  { random, calm, said }: Mood,
): JournalEvent[] {
  if (state === 'returned' || (calm && clearedAt !== null))
    return [rowOf('alarm-acknowledged', id, at, null)];
  if (state !== 'unacknowledged' || shelvedUntil !== null) return [];
  const seconds = EVERY / SECOND;
  if (happens(random, 6, seconds))
    return [rowOf('alarm-acknowledged', id, at, at + between(random, 1, 8) * MINUTE)];
  if (at - said > LOOKED_AT && happens(random, 15, seconds))
    return [rowOf('alarm-shelved', id, at, at + between(random, 1, 10) * MINUTE)];
  return [];
}

const rowOf = (type: string, alarm: string, at: EpochMs, until: EpochMs | null): JournalEvent => ({
  ...{ type, at, by: 'wang' },
  data: {
    alarm,
    comment: '',
    oneShot: false,
    token: randomUUID(),
    until: until === null ? null : Math.round(until),
  },
});
