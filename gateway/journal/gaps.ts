import type { Gap } from '#model/journal';
import type { EpochMs, Ms } from '#model/time';

export interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface GapQuestion extends Span {
  readonly point: string;
  /** How often a reading is expected. */
  readonly every: Ms;
  /** The times of the readings in [from, to), in order. */
  readonly times: ArrayLike<number>;
  /** The last reading before `from`, and the point's very first reading. */
  readonly previous: EpochMs | null;
  readonly first: EpochMs | null;
  /** When the gateway did not run, in order, not overlapping. */
  readonly downs: readonly Span[];
}

/** A longer silence than this, in periods, is a gap: half a period of jitter is not. */
const TOLERANCE = 1.5;

/**
 * What should have come and did not. In a hole between two readings a and b the samples a + every, a + 2 every, …
 * are missing, round((b - a) / every) - 1 of them; each belongs to the cause that ruled at its time.
 */
export function gapsOf(question: GapQuestion): Gap[] {
  const { from, to, times, previous, first } = question;
  const gaps: Gap[] = [];
  if (first === null || first >= to) return [...unconfigured(question, to)];
  if (previous === null) gaps.push(...unconfigured(question, first));
  let before: EpochMs = previous ?? first;
  for (let i = 0; i < times.length; i++) {
    const at: EpochMs = times[i] ?? before;
    if (isHole(question, before, at)) gaps.push(...holeGaps(question, before, at));
    before = at;
  }
  if (isHole(question, before, to)) gaps.push(...holeGaps(question, before, to));
  return gaps.filter((gap) => gap.to > from);
}

const isHole = ({ every }: GapQuestion, start: EpochMs, end: EpochMs): boolean =>
  end - start > TOLERANCE * every;

function* unconfigured({ point, from, every }: GapQuestion, until: EpochMs): Iterable<Gap> {
  const missing = Math.round((until - from) / every);
  if (missing > 0) yield { point, from, to: until, missing, cause: 'not-configured' };
}

function* holeGaps(question: GapQuestion, start: EpochMs, end: EpochMs): Iterable<Gap> {
  const { point, every } = question;
  const total = Math.round((end - start) / every) - 1;
  const clipped = { from: Math.max(start, question.from), to: Math.min(end, question.to) };
  for (const { from, to, down } of causes(clipped, question.downs)) {
    const firstNo = Math.max(1, Math.ceil((from - start) / every));
    const lastNo = Math.min(total, Math.ceil((to - start) / every) - 1);
    const missing = lastNo - firstNo + 1;
    if (missing > 0) yield { point, from, to, missing, cause: down ? 'gateway-down' : 'silent' };
  }
}

function* causes(hole: Span, downs: readonly Span[]): Iterable<Span & { down: boolean }> {
  let from = hole.from;
  for (const down of downs) {
    const start = Math.max(from, down.from);
    const end = Math.min(hole.to, down.to);
    if (start >= end) continue;
    if (start > from) yield { from, to: start, down: false };
    yield { from: start, to: end, down: true };
    from = end;
  }
  if (from < hole.to) yield { from, to: hole.to, down: false };
}
