import type { JournalEvent } from '#model/journal';
import type { EpochMs } from '#model/time';
import { readBody } from '../body.ts';
import { follows, isStoredRow, type StoredRow } from '../chain.ts';
import { decodeEvent } from '../entries.ts';
import { KIND } from '../segment.ts';
import { isTime } from './claims.ts';
import type { FindingKind, Findings } from './findings.ts';
import { INTEGRITY_EVENTS, isSound, type RowVisitor } from './segment-facts.ts';

/** Judges the rows of one segment, one after the other, and remembers what it needs for the next. */
export class RowCheck {
  readonly #segment: number;
  readonly #findings: Findings;
  readonly #visitor: RowVisitor;
  /** Point number → id, as the rows define them. */
  readonly defined = new Map<number, string>();
  #last: number;
  #hash: Uint8Array;
  #arrived: EpochMs | null = null;
  #rows = 0;
  #readings = 0;

  constructor(
    segment: number,
    start: { readonly first: number; readonly previousHash: Uint8Array },
    findings: Findings,
    visitor: RowVisitor,
  ) {
    this.#segment = segment;
    this.#last = start.first - 1;
    this.#hash = start.previousHash;
    this.#findings = findings;
    this.#visitor = visitor;
  }

  get last(): number {
    return this.#last;
  }

  get hash(): Uint8Array {
    return this.#hash;
  }

  get arrived(): EpochMs | null {
    return this.#arrived;
  }

  get rows(): number {
    return this.#rows;
  }

  get readings(): number {
    return this.#readings;
  }

  take(row: Record<string, unknown>): void {
    if (!isStoredRow(row) || !isTime(row.arrived)) {
      this.#add('row-changed', `the row after ${this.#last} does not have the form of a row`);
      return;
    }
    this.#checkPlace(row);
    this.#checkContent(row);
    this.#last = row.seq;
    this.#hash = row.hash;
    this.#arrived = row.arrived;
    this.#rows += 1;
    this.#visitor.row(row.seq, row.hash);
  }

  #checkPlace(row: StoredRow): void {
    const expected = this.#last + 1;
    if (row.seq < expected) {
      this.#add('row-misplaced', `row ${row.seq} stands after row ${this.#last}`, row);
    } else if (row.seq > expected) {
      const which =
        row.seq === expected + 1 ? `row ${expected} is` : `rows ${expected} to ${row.seq - 1} are`;
      this.#add('row-missing', `${which} missing`, { ...row, seq: expected });
    } else if (!follows(this.#hash, row)) {
      this.#add(
        'row-changed',
        `row ${row.seq}, or the hash of the one before, is not as it was written`,
        row,
      );
    }
  }

  #checkContent(row: StoredRow): void {
    try {
      const count = row.kind === KIND.event ? this.#event(row) : this.#readBody(row);
      this.#readings += row.kind === KIND.readings ? count : 0;
      if (count !== row.count)
        this.#add('row-changed', `row ${row.seq} says that it holds ${row.count} and holds ${count}`, row);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
      this.#add('row-changed', `what row ${row.seq} holds cannot be decoded (${error.message})`, row);
    }
  }

  #event({ arrived, body }: StoredRow): number {
    const event: JournalEvent = decodeEvent(body);
    if (!isSound(event)) throw new RangeError(`it is no ${event.type}`);
    if (INTEGRITY_EVENTS.has(event.type)) this.#visitor.event(event, arrived);
    return 1;
  }

  #readBody({ kind, body }: StoredRow): number {
    if (kind !== KIND.readings) throw new RangeError(`there is no kind ${kind}`);
    let count = 0;
    readBody(body, {
      point: (no, id) => {
        if (no !== this.defined.size + 1) throw new RangeError(`point number ${no} is defined out of order`);
        this.defined.set(no, id);
      },
      reading: (no) => {
        if (!this.defined.has(no)) throw new RangeError(`point number ${no} was never defined`);
        count += 1;
      },
    });
    return count;
  }

  #add(kind: FindingKind, text: string, row?: { readonly seq: number; readonly arrived: EpochMs }): void {
    const where = { seq: row?.seq ?? this.#last, at: row?.arrived ?? this.#arrived };
    this.#findings.add(kind, text, { segment: this.#segment, ...where });
  }
}
