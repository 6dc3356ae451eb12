import { readdirSync } from 'node:fs';
import type { JournalEvent } from '#model/journal';
import { type EpochMs, realClock } from '#model/time';
import type { Seal } from '../sealer.ts';
import { listSegments, segmentPath } from '../segment.ts';
import { type Finding, Findings } from './findings.ts';
import { readWitnesses } from './head-check.ts';
import { RootsCheck, type RootsOptions } from './roots-check.ts';
import { SegmentChain } from './segment-chain.ts';
import { checkSegment } from './segment-check.ts';
import type { SegmentFacts } from './segment-facts.ts';
import { openSnapshot } from './snapshot.ts';

export interface VerifyOptions extends RootsOptions {
  /** By the clock of who verifies; this machine's when left out. */
  readonly now?: EpochMs;
  /** After each segment. */
  readonly onSegment?: (facts: SegmentFacts) => void;
}

/** What verifying found. Nothing in `findings`: every row is as it was written, and none is missing. */
export interface VerifyReport {
  readonly segments: number;
  readonly sealed: number;
  readonly expired: number;
  readonly rows: number;
  readonly readings: number;
  /** The newest row. */
  readonly head: number;
  /** Roots with a good signature whose row stands where they say. */
  readonly roots: number;
  /** The newest row under one of them: later rows are under the chain alone, which whoever owns the box can make anew. */
  readonly signedTo: number;
  readonly found: number;
  /** The first of them. */
  readonly findings: readonly Finding[];
}

/** Checks all that there is of a journal. Only reads; the gateway may run meanwhile. */
export async function verifyJournal(options: VerifyOptions): Promise<VerifyReport> {
  const { dir, now = realClock.wall(), onSegment = () => {} } = options;
  const findings = new Findings();
  const roots = new RootsCheck(options, findings);
  const witnesses = readWitnesses(dir);
  const numbers = listSegments(dir);
  lookAround(dir, findings);
  const chain = new SegmentChain(findings, now);
  const newest = numbers.at(-1) ?? 0;
  // First of all: what a running gateway adds meanwhile is not looked at.
  const snapshot = tryToOpen(segmentPath(dir, newest));
  let [rows, readings] = [0, 0];
  for (const no of numbers) {
    const visitor = {
      row: (seq: number, hash: Uint8Array) => roots.row(no, seq, hash),
      event: (event: JournalEvent, arrived: EpochMs) => {
        roots.event(event);
        const seal = event.data as unknown as Seal;
        if (event.type === 'segment-sealed') chain.sealed(seal);
        if (event.type === 'segment-expired') chain.expired({ seal, at: arrived });
      },
    };
    const isOpen = no === newest;
    const facts = await checkSegment({ dir, no, isOpen, findings, visitor, ...(isOpen ? { snapshot } : {}) });
    chain.add(no, facts);
    if (facts === undefined) continue;
    rows += facts.rows;
    readings += facts.readings;
    onSegment(facts);
  }
  chain.finish();
  for (const { name, seq } of witnesses) {
    if (seq > chain.head) {
      const text = `${name} has seen row ${seq}, and the journal ends with row ${chain.head}: its end is cut off`;
      findings.add('rows-cut-off', text, { segment: newest, seq: chain.head + 1, at: chain.headArrived });
    }
  }
  roots.finish((seq) => chain.isExpired(seq));
  return {
    ...{ segments: numbers.length, sealed: chain.sealedCount, expired: chain.expiredCount },
    ...{ rows, readings, head: chain.head, roots: roots.proven, signedTo: roots.signedTo },
    ...{ found: findings.count, findings: findings.kept },
  };
}

/** Files that change what SQLite would read, and what the gateway itself had to set aside. */
function lookAround(dir: string, findings: Findings): void {
  for (const name of readdirSync(dir)) {
    if (/^segment-.*\.damaged$/.test(name)) {
      findings.add(
        'set-aside',
        `${name} could not be opened by the gateway and was set aside: its rows are not in the journal`,
      );
    } else if (/^segment-\d{8}\.sqlite-journal$/.test(name)) {
      findings.add('file-unexpected', `${name} does not belong here: SQLite would change the segment by it`);
    }
  }
}

function tryToOpen(path: string) {
  try {
    return openSnapshot(path);
  } catch (error) {
    // The same error comes again, and is told of, when the segment's turn has come.
    if (error instanceof Error && 'errcode' in error) return undefined;
    throw error;
  }
}
