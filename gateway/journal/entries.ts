import type { Entry, JournalEvent } from '#model/journal';
import type { Log } from '#model/log';
import { type Meter, silentMeter } from '#model/meter';
import type { Reading } from '#model/reading';
import { readBody } from './body.ts';
import { readingOf } from './mark.ts';
import { KIND } from './segment.ts';
import type { Known, RawRow, Slice } from './segment-tail.ts';

const utf8 = new TextDecoder();

/** Makes entries of raw rows; remembers the point numbers of the segment that it is in. */
export class EntryDecoder {
  readonly #log: Log;
  readonly #meter: Meter;
  #segment = 0;
  #ids: string[] = [];

  constructor(log: Log, meter: Meter = silentMeter) {
    this.#log = log;
    this.#meter = meter;
  }

  get known(): Known {
    return { segment: this.#segment, points: Math.max(0, this.#ids.length - 1) };
  }

  decode(slice: Slice): Entry[] {
    if (slice.segment !== this.#segment) this.#ids = [];
    this.#segment = slice.segment;
    for (const { no, id } of slice.points) this.#ids[no] = id;
    return slice.rows.flatMap((row) => this.#decodeRow(row));
  }

  #decodeRow(row: RawRow): Entry[] {
    const { seq, arrived, kind, body } = row;
    try {
      if (kind === KIND.event) return [{ kind: 'event', seq, arrived, event: decodeEvent(body) }];
      return [{ kind: 'readings', seq, arrived, readings: this.#readings(body) }];
    } catch (error) {
      // The chain has proven the row: it is as it was written, and still we cannot read it.
      this.#meter.count('hygate_journal_errors_total', { reason: 'row-unreadable' });
      this.#log.error({ segment: this.#segment, seq, err: error }, 'a row cannot be decoded and is skipped');
      return [];
    }
  }

  #readings(body: Uint8Array): Reading[] {
    const readings: Reading[] = [];
    readBody(body, {
      point: (no, id) => {
        this.#ids[no] = id;
      },
      reading: (no, at, value, mark) => {
        const id = this.#ids[no];
        if (id === undefined) throw new RangeError(`point number ${no} has no id`);
        readings.push(readingOf(id, at, value, mark));
      },
    });
    return readings;
  }
}

export const encodeEvent = (event: JournalEvent): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(event));

/** Throws SyntaxError or RangeError when it is none: a flipped bit may have changed the name of a key. */
export function decodeEvent(body: Uint8Array): JournalEvent {
  const event: unknown = JSON.parse(utf8.decode(body));
  if (!isEvent(event)) throw new RangeError('it has not the form of an event');
  return event;
}

function isEvent(found: unknown): found is JournalEvent {
  if (!isMapping(found)) return false;
  const { type, at, by, data } = found;
  const isNamed = typeof type === 'string' && (by === null || typeof by === 'string');
  return isNamed && typeof at === 'number' && isMapping(data);
}

const isMapping = (found: unknown): found is Readonly<Record<string, unknown>> =>
  typeof found === 'object' && found !== null && !Array.isArray(found);
