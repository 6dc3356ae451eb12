import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Alarm, AlarmEvent } from '#model/alarm';
import { eventName } from '#model/event-name';
import { formatFinding, hasWorst } from '#model/finding-words';
import type { Entry, JournalEvent } from '#model/journal';
import { silentLog } from '#model/log';
import { headlineOf, placeOf } from '#model/place';
import { splitPointId } from '#model/point';
import { qualityCode } from '#model/quality';
import type { Reading } from '#model/reading';
import { formatRule } from '#model/rule-words';
import type { Site } from '#model/site';
import type { Language } from '#model/text';
import { type EpochMs, realClock } from '#model/time';
import { JournalReader } from '../../gateway/journal/journal-reader.ts';
import { SegmentTail } from '../../gateway/journal/segment-tail.ts';

/** A row as a time-series database has it, of what the gateway's own files say. */
export interface Row {
  readonly measurement: string;
  readonly at: EpochMs;
  /** Nanoseconds behind `at`. */
  readonly order: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string | number>>;
}

/** Every reading, alarm event and event of the data folder, read past the parts that answer queries. */
export async function rowsOf(site: Site, dataDir: string): Promise<readonly Row[]> {
  const entries = await entriesOf(join(dataDir, 'journal'));
  const rows = new Rows(site);
  return [...entries.flatMap((entry) => rows.ofEntry(entry)), ...alarmEvents(rows, dataDir)];
}

async function entriesOf(dir: string): Promise<readonly Entry[]> {
  const tail = new SegmentTail(dir, silentLog);
  const head = tail.head();
  tail.close();
  const reader = new JournalReader({ dir, clock: realClock, log: silentLog });
  const entries: Entry[] = [];
  for await (const entry of reader.follow(0, new AbortController().signal)) {
    entries.push(entry);
    if (entry.seq >= head) break;
  }
  return entries;
}

function alarmEvents(rows: Rows, dataDir: string): readonly Row[] {
  const db = new DatabaseSync(join(dataDir, 'alarms.sqlite'), { readOnly: true });
  const stored = db.prepare('SELECT id, doc FROM events ORDER BY id').all();
  db.close();
  return stored.map(({ id, doc }) => rows.ofAlarm(Number(id), JSON.parse(String(doc)) as AlarmEvent));
}

class Rows {
  readonly #site: Site;
  /** Point and rule → its occurrences that are not over. */
  readonly #open = new Map<string, Alarm[]>();

  constructor(site: Site) {
    this.#site = site;
  }

  ofEntry(entry: Entry): readonly Row[] {
    if (entry.kind === 'event') return [this.#ofEvent(entry.event, entry.seq)];
    return entry.readings.map((reading) => this.#ofReading(reading));
  }

  ofAlarm(no: number, { type, at, by, comment, alarm }: AlarmEvent): Row {
    const { id, point, rule, state, value, worst } = alarm;
    const text = headlineOf(alarm, placeOf(this.#site, point));
    const limit = 'limit' in rule ? rule.limit : null;
    const rank = { notice: 1, warning: 2, critical: 3 }[rule.severity];
    const tags = { rule: rule.id, kind: rule.kind, severity: rule.severity, type };
    return {
      ...{ measurement: 'alarm', at, order: no },
      tags: { ...this.#whereabouts(point), ...tags },
      fields: known({
        ...{ alarm: id, state, ...this.#standing(alarm), rank, by, comment, value, worst, limit },
        ...{
          ...words(text),
          ...this.#numbersInWords(alarm, 'zh', ''),
          ...this.#numbersInWords(alarm, 'en', '_en'),
        },
      }),
    };
  }

  /** By what the events told until then, not by what this one says of others. */
  #standing(alarm: Alarm) {
    const ofRule = `${alarm.point} ${alarm.rule.id}`;
    const open = (this.#open.get(ofRule) ?? []).filter(({ id }) => id !== alarm.id);
    if (alarm.state !== 'normal') open.push(alarm);
    this.#open.set(ofRule, open);
    const [first] = open.map(wanting).sort((a, b) => b.wants - a.wants || b.raisedAt - a.raisedAt);
    if (first === undefined) return { standing: 0 };
    const { id, quiet, state } = first;
    return { standing: quiet === null ? 1 : 2, standing_alarm: id, standing_state: quiet ?? state };
  }

  #numbersInWords({ point, rule, worst }: Alarm, language: Language, suffix: string) {
    const names = (id: string) => placeOf(this.#site, id);
    const { quantity } = names(point);
    const nameOf = (id: string) => `${names(id).device[language]} ${names(id).point[language]}`;
    const isTold = worst !== null && hasWorst(rule, quantity);
    return {
      [`worst_text${suffix}`]: isTold ? formatFinding(rule, worst, { quantity, language }) : null,
      [`limit_text${suffix}`]:
        rule.kind === 'condition' ? null : formatRule(rule, { quantity, language, nameOf }),
    };
  }

  #ofReading({ point, at, value, quality }: Reading): Row {
    const { devices } = this.#site;
    const measurement = devices.flatMap(({ points }) => points).find(({ id }) => id === point)?.quantity;
    const fields = known({ value, q: qualityCode[quality] });
    return { measurement: measurement ?? '', at, order: 0, tags: this.#whereabouts(point), fields };
  }

  #ofEvent({ type, at, by, data }: JournalEvent, seq: number): Row {
    if (type === 'vitals')
      return {
        ...{ measurement: 'gateway', at, order: seq },
        ...{ tags: { site: this.#site.id }, fields: data as Row['fields'] },
      };
    const detail = Object.entries(data)
      .filter(([name, value]) => !UNTOLD.includes(name) && value !== null && typeof value !== 'object')
      .map(([name, value]) => `${name}: ${isMoment(value) ? this.#clockText(value) : value}`)
      .join(', ')
      .replaceAll('\n', ' ')
      .trim();
    return {
      ...{ measurement: 'event', at, order: seq },
      tags: { ...this.#whereabouts(data['point'] ?? data['device']), type },
      fields: known({ by, detail: detail === '' ? null : detail, ...words(eventName(type)) }),
    };
  }

  /** Swedish writes it so. */
  #clockText(at: EpochMs): string {
    const { timeZone } = this.#site;
    return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
  }

  /** Of a point or a device. */
  #whereabouts(place: unknown): Row['tags'] {
    const parts = typeof place === 'string' ? splitPointId(place) : undefined;
    const device = parts?.device ?? (typeof place === 'string' ? place : undefined);
    const area = this.#site.devices.find(({ id }) => id === device)?.area;
    return known({ site: this.#site.id, area, device, point: parts?.key }) as Row['tags'];
  }
}

/** What is heard wants somebody more than what is quiet; what nobody took and what lasts more than the rest. */
function wanting({ id, state, raisedAt, outOfService, shelvedUntil, suppressedBy }: Alarm) {
  const [shelved, suppressed] = [shelvedUntil !== null && 'shelved', suppressedBy !== null && 'suppressed'];
  const quiet = (outOfService && 'out-of-service') || shelved || suppressed || null;
  const byState = { unacknowledged: 4, acknowledged: 3, latched: 2, returned: 1, normal: 0 }[state];
  return { id, state, raisedAt, quiet, wants: byState + (quiet === null ? 10 : 0) };
}

/** No other number of the day is as great. */
const isMoment = (value: unknown): value is EpochMs => typeof value === 'number' && value > 1e12;

const UNTOLD: readonly string[] = ['token', 'device', 'point', 'area'];

const words = ({ zh, en }: { readonly zh: string; readonly en: string }) => ({ text: zh, text_en: en });

const known = (fields: Readonly<Record<string, string | number | null | undefined>>): Row['fields'] =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string | number] => entry[1] != null),
  );
