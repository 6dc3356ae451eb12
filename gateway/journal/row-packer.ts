import { BodyWriter, readBody } from './body.ts';
import type { Conflicts } from './conflicts.ts';
import type { OpenHours, OpenPoint, RowPlace } from './open-hours.ts';
import { KIND } from './segment.ts';
import type { NewRow, SegmentWriter } from './segment-writer.ts';

/** What was found out about the readings of a batch. */
export interface Sorted {
  /** The places of the repeats in the batch. */
  readonly repeated: number[];
  readonly conflicts: Conflicts;
}

/** Makes the row of a batch: takes the repeats out, and the point numbers of the session for those of the segment. */
export class RowPacker {
  readonly #hours: OpenHours;
  readonly #current: () => SegmentWriter;
  readonly #session: OpenPoint[] = [];
  #segmentNumbers = new Map<OpenPoint, number>();
  #numbersOf: SegmentWriter | undefined;

  /** `current`: the segment that is written to. */
  constructor(hours: OpenHours, current: () => SegmentWriter) {
    this.#hours = hours;
    this.#current = current;
  }

  /** Null when nothing of the batch is new. */
  pack(body: Uint8Array, row: RowPlace, { repeated, conflicts }: Sorted): NewRow | null {
    const packed = new BodyWriter();
    let place = 0;
    readBody(body, {
      point: (no, id) => this.#define(no, id),
      reading: (no, at, value, mark) => {
        const point = this.#session[no];
        if (point === undefined) throw new RangeError(`point number ${no} was never defined`);
        const accepted = this.#hours.accept(point, row, { at, value, mark });
        if (accepted === 'new') packed.reading(this.#segmentNumber(point, packed), at, value, mark);
        else repeated.push(place);
        if (accepted === 'conflict') conflicts.add(point.id, { at, value, mark });
        place += 1;
      },
    });
    const { count } = packed;
    return count === 0 ? null : { kind: KIND.readings, count, body: packed.take() };
  }

  /** A point is defined to us once in a session: also a batch that failed, perhaps before it was read, did so. */
  learn(body: Uint8Array): void {
    readBody(body, { point: (no, id) => this.#define(no, id), reading: () => {} });
  }

  #define(no: number, id: string): void {
    this.#session[no] = this.#hours.point(id);
  }

  #segmentNumber(point: OpenPoint, packed: BodyWriter): number {
    const segment = this.#current();
    if (this.#numbersOf !== segment) {
      this.#numbersOf = segment;
      this.#segmentNumbers = new Map();
    }
    const known = this.#segmentNumbers.get(point);
    if (known !== undefined) return known;
    const { no, fresh } = segment.numberOf(point.id);
    if (fresh) packed.define(no, point.id);
    this.#segmentNumbers.set(point, no);
    return no;
  }
}
