import type { EpochMs } from '#model/time';
import type { Seal } from '../sealer.ts';
import { doubtOf, type Expired } from './claims.ts';
import type { FindingKind, Findings } from './findings.ts';
import type { SegmentFacts } from './segment-facts.ts';

const NO_HASH = '0'.repeat(64);

/** A link that is there no more, or that was checked. */
type Link = Pick<SegmentFacts, 'no' | 'first' | 'last' | 'lastHash'>;

/** Holds the segments to one another, and to what later ones say of earlier ones. */
export class SegmentChain {
  readonly #findings: Findings;
  readonly #facts = new Map<number, SegmentFacts | undefined>();
  readonly #seals = new Map<number, Seal>();
  readonly #expired = new Map<number, Expired>();
  readonly #now: EpochMs;

  /** `now`: by the clock of who verifies. */
  constructor(findings: Findings, now: EpochMs) {
    this.#findings = findings;
    this.#now = now;
  }

  /** In order; undefined when the segment cannot be read. */
  add(no: number, facts: SegmentFacts | undefined): void {
    this.#facts.set(no, facts);
  }

  sealed(seal: Seal): void {
    this.#seals.set(seal.segment, seal);
  }

  expired(expired: Expired): void {
    this.#expired.set(expired.seal.segment, expired);
  }

  get head(): number {
    return this.#newest?.last ?? 0;
  }

  get headArrived(): EpochMs | null {
    return this.#newest?.lastArrived ?? null;
  }

  get sealedCount(): number {
    return [...this.#facts.keys()].filter((no) => this.#seals.has(no)).length;
  }

  get expiredCount(): number {
    return this.#expired.size;
  }

  isExpired(seq: number): boolean {
    return [...this.#expired.values()].some(
      ({ seal }) => seq >= seal.firstSeq && seq <= seal.lastSeq && this.#doubt(seal.segment) === null,
    );
  }

  /** When all have been added. */
  finish(): void {
    const newest = Math.max(0, ...this.#facts.keys());
    let before: Link | undefined = { no: 0, first: 1, last: 0, lastHash: NO_HASH };
    for (let no = 1; no <= newest; no++) {
      const facts = this.#facts.get(no);
      if (facts !== undefined) this.#checkSeal(facts);
      const link = facts ?? this.#goneLink(no);
      if (link === undefined) this.#missing(no);
      else if (before !== undefined) this.#checkLink(before, link, facts?.previousHash);
      before = link;
    }
    this.#checkLastSealed(newest);
  }

  get #newest(): SegmentFacts | undefined {
    return [...this.#facts.values()].findLast((facts) => facts !== undefined);
  }

  #goneLink(no: number): Link | undefined {
    const gone = this.#expired.get(no)?.seal;
    if (gone === undefined || this.#doubt(no) !== null) return undefined;
    return { no, first: gone.firstSeq, last: gone.lastSeq, lastHash: gone.hash ?? '' };
  }

  /** Why what is said of its expiry is not believed; null when it is, or when nothing is said. */
  #doubt(no: number): string | null {
    const expired = this.#expired.get(no);
    return expired === undefined ? null : doubtOf(expired, this.#seals.get(no), this.#now);
  }

  #missing(no: number): void {
    if (this.#facts.has(no)) return;
    const seal = this.#seals.get(no);
    const rows = seal === undefined ? '' : `, rows ${seal.firstSeq} to ${seal.lastSeq},`;
    const why = this.#doubt(no) ?? 'no row says that its retention had run out';
    const text = `segment ${no}${rows} is missing, and ${why}`;
    this.#findings.add('segment-missing', text, {
      segment: no,
      seq: seal?.firstSeq ?? null,
      at: seal?.from ?? null,
    });
  }

  #checkLink(before: Link, { no, first }: Link, previousHash: string | undefined): void {
    if (first !== before.last + 1) {
      const [kind, what]: [FindingKind, string] =
        first > before.last + 1
          ? [
              'row-missing',
              `rows ${before.last + 1} to ${first - 1} are missing between segments ${before.no} and ${no}`,
            ]
          : [
              'row-misplaced',
              `segment ${no} begins with row ${first}, the one before ends with ${before.last}`,
            ];
      this.#findings.add(kind, what, { segment: before.no, seq: before.last + 1 });
    } else if (previousHash !== undefined && before.lastHash !== '' && previousHash !== before.lastHash) {
      const text = `segment ${no} does not follow on segment ${before.no}: the hash of row ${before.last} is another`;
      this.#findings.add('row-changed', text, { segment: before.no, seq: before.last });
    }
  }

  #checkSeal({ no, sha256, last, lastHash }: SegmentFacts): void {
    const seal = this.#seals.get(no);
    if (seal === undefined) return;
    if (sha256 !== null && sha256 !== seal.sha256)
      this.#findings.add(
        'file-changed',
        `the file of segment ${no} is not the one that was sealed (SHA-256)`,
        {
          segment: no,
          seq: seal.firstSeq,
          at: seal.from,
        },
      );
    if (seal.lastSeq !== last || (seal.hash ?? lastHash) !== lastHash)
      this.#findings.add(
        'row-changed',
        `segment ${no} ended with row ${seal.lastSeq} when it was sealed, now with ${last}`,
        {
          segment: no,
          seq: seal.lastSeq,
          at: seal.to,
        },
      );
  }

  /** The newest segments may be gone without a trace but their seals' and their successors' numbers. */
  #checkLastSealed(newest: number): void {
    for (const [no] of this.#seals) {
      if (no > newest) this.#missing(no);
    }
  }
}
