/** Why a line was set aside: a closed list, the label of the counter and the word after `hygate replay --reason`. */
export const ASIDE_REASONS = [
  'beyond-retention',
  'type-conflict',
  'over-limit',
  'too-large',
  'invalid-line',
] as const;

export type AsideReason = (typeof ASIDE_REASONS)[number];

export const isAsideReason = (text: string): text is AsideReason =>
  (ASIDE_REASONS as readonly string[]).includes(text);

/** What a server said of a request in which it refused lines, as far as it can be understood. */
export interface Refusal {
  readonly reason: AsideReason;
  /** How many lines it dropped, where it says so; the others are stored (a partial write). */
  readonly dropped: number | null;
  /** The one measurement that it complains of. */
  readonly measurement: string | null;
}

/**
 * The sentences of InfluxDB 1.x (tsdb/shard.go, coordinator/points_writer.go); InfluxDB 2 wraps the same in
 * `failure writing points to database: …`, and says `outside retention policy` since 2.7.
 */
const SENTENCES: readonly (readonly [RegExp, AsideReason])[] = [
  [/(beyond|outside) retention policy/, 'beyond-retention'],
  [/field type conflict/, 'type-conflict'],
  [/max-(values-per-tag|series-per-database) limit exceeded/, 'over-limit'],
];

export function readRefusal(said: string): Refusal {
  const reason = SENTENCES.find(([sentence]) => sentence.test(said))?.[1] ?? 'invalid-line';
  const dropped = /dropped=(\d+)/.exec(said)?.[1];
  const measurement = /on measurement "((?:[^"\\]|\\.)*)"/.exec(said)?.[1] ?? null;
  return { reason, dropped: dropped === undefined ? null : Number(dropped), measurement };
}

/**
 * Whether the server judged the lines themselves. Of anything else it may be the server that is wrong: a proxy in
 * front of it, an address that is not an InfluxDB's.
 */
export const isDefinite = (reason: AsideReason): boolean =>
  reason === 'beyond-retention' || reason === 'type-conflict' || reason === 'over-limit';

/** Whether it refused every one of so many lines, so that they need not be tried one by one. */
export const refusesAll = ({ reason, dropped }: Refusal, lines: number): boolean =>
  isDefinite(reason) && dropped === lines;

/**
 * Two smaller requests in place of one: the lines that the server complains of and the others, else both halves. In
 * any order between points, in the order of lines inside each.
 */
export function splitLines(lines: readonly string[], measurement: string | null): readonly string[][] {
  if (measurement !== null) {
    const blamed = lines.filter((line) => line.startsWith(`${measurement},`));
    if (blamed.length > 0 && blamed.length < lines.length) {
      return [blamed, lines.filter((line) => !line.startsWith(`${measurement},`))];
    }
  }
  const half = Math.ceil(lines.length / 2);
  return [lines.slice(0, half), lines.slice(half)];
}
