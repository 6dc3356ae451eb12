import type { EpochMs } from '#model/time';

/** What can be wrong with a journal: a closed list, stable for machines. */
export type FindingKind =
  | 'row-changed'
  | 'row-missing'
  | 'row-misplaced'
  | 'row-unreadable'
  | 'rows-cut-off'
  | 'points-changed'
  | 'meta-changed'
  | 'file-changed'
  | 'file-damaged'
  | 'file-unexpected'
  | 'wal-changed'
  | 'segment-missing'
  | 'root-changed'
  | 'root-missing'
  | 'set-aside';

/** One thing that is not as the gateway wrote it. */
export interface Finding {
  readonly kind: FindingKind;
  readonly segment: number | null;
  readonly seq: number | null;
  /** When the row arrived, or the one before it. */
  readonly at: EpochMs | null;
  /** A sentence for people. */
  readonly text: string;
}

/** Findings that are kept; all are counted. */
const MOST_KEPT = 1_000;

/** Gathers findings: the first ones in full, all of them by number. */
export class Findings {
  readonly kept: Finding[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(kind: FindingKind, text: string, where: Partial<Finding> = {}): void {
    this.#count += 1;
    if (this.kept.length >= MOST_KEPT) return;
    this.kept.push({ segment: null, seq: null, at: null, ...where, kind, text });
  }
}
