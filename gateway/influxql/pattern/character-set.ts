import type { PatternCursor } from './pattern-cursor.ts';
import type { Takes } from './shape.ts';

const NEWLINE = 10;

const within = (low: string, high: string): Takes => {
  const [from = 0, to = 0] = [low.codePointAt(0), high.codePointAt(0)];
  return (code) => code >= from && code <= to;
};

const any =
  (...takes: readonly Takes[]): Takes =>
  (code) =>
    takes.some((one) => one(code));
const none =
  (takes: Takes): Takes =>
  (code) =>
    !takes(code);

const digit = within('0', '9');
const word = any(digit, within('a', 'z'), within('A', 'Z'), within('_', '_'));
const space: Takes = (code) => code === 32 || (code >= 9 && code <= 13 && code !== 11);

export const takesAny: Takes = (code) => code !== NEWLINE;

/** `\d`, `\w`, `\s` and what they are not, as RE2 has them: ASCII. */
export function classOf(sign: string): Takes | undefined {
  const known: Readonly<Record<string, Takes>> = { d: digit, w: word, s: space };
  const named = Object.hasOwn(known, sign.toLowerCase()) ? known[sign.toLowerCase()] : undefined;
  return named === undefined || sign === sign.toLowerCase() ? named : none(named);
}

/** Each character of a text is held against all of them: a long set would be work that nobody counts. */
const MOST_MEMBERS = 100;

/** After `[`: `a-z0-9_]`, `^,]`. Throws QueryError. */
export function parseSet(cursor: PatternCursor): Takes {
  const inverted = cursor.take('^');
  const parts: Takes[] = [];
  while (parts.length === 0 || !cursor.take(']')) {
    if (parts.length === MOST_MEMBERS) throw cursor.refuse(`a set of more than ${MOST_MEMBERS} members`);
    parts.push(member(cursor));
  }
  const set = any(...parts);
  return inverted ? none(set) : set;
}

function member(cursor: PatternCursor): Takes {
  if (cursor.match(/\[:/y) !== undefined) throw cursor.refuse('[: in a set');
  const low = cursor.next();
  const named = low === '\\' ? classOf(cursor.peek) : undefined;
  if (named !== undefined) {
    cursor.next();
    return named;
  }
  const from = low === '\\' ? cursor.next() : low;
  if (cursor.match(/-(?!\])/y) === undefined) return within(from, from);
  const to = cursor.take('\\') ? cursor.next() : cursor.next();
  if ((from.codePointAt(0) ?? 0) > (to.codePointAt(0) ?? 0)) throw cursor.refuse(`the range ${from}-${to}`);
  return within(from, to);
}
