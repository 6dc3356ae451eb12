import { chainHash, follows, type StoredRow } from './chain.ts';

/** A row, and whether the chain proves that it is as it was written. */
export interface Judged {
  readonly row: StoredRow;
  readonly proven: boolean;
}

/** Hashes carried along while one row after another proves nothing: as stored, and as they follow from before. */
const MOST_LINKS = 4;

/**
 * Judges rows in the order in which they lie. A row is proven when its hash follows from the row before. When only
 * its hash was damaged, its content is still proven by the row after it, so a row that fails waits for the next.
 */
export class ChainCheck {
  #links: readonly Uint8Array[];
  #waiting: StoredRow | undefined;

  /** `links`: what the hash of the row before the first may be; none when that is not known. */
  constructor(links: readonly Uint8Array[]) {
    this.#links = links;
  }

  /** The verdicts that this row makes possible, in order. */
  judge(row: StoredRow): Judged[] {
    const link = this.#links.findIndex((before) => follows(before, row));
    // Beyond the first link stand those that were worked out from the waiting row's content.
    const judged = this.#settle(link > 0);
    if (link >= 0) {
      this.#links = [row.hash];
      judged.push({ row, proven: true });
    } else {
      this.#links = [row.hash, ...this.#links.map((before) => chainHash(before, row))].slice(0, MOST_LINKS);
      this.#waiting = row;
    }
    return judged;
  }

  /** Rows between could not be read: nothing is known of what stands before the next. */
  lost(): Judged[] {
    this.#links = [];
    return this.#settle(false);
  }

  #settle(proven: boolean): Judged[] {
    const row = this.#waiting;
    this.#waiting = undefined;
    return row === undefined ? [] : [{ row, proven }];
  }
}
