import { QueryError } from '../query-error.ts';
import { classOf, parseSet, takesAny } from './character-set.ts';
import { PatternCursor } from './pattern-cursor.ts';
import type { Shape, Takes } from './shape.ts';

const DEEPEST = 30;
/** `a{1000}` is a thousand steps of every comparison. */
const MOST_REPEATS = 100;

/** Reads the common part of RE2 and JavaScript: no back-references, no looking around. Throws QueryError. */
export function parsePattern(source: string): Shape {
  const folded = source.startsWith('(?i)');
  const cursor = new PatternCursor(folded ? source.slice(4) : source);
  const shape = choice(cursor, folded, 0);
  if (!cursor.done) throw cursor.refuse('a ) that nothing opened');
  return shape;
}

function choice(cursor: PatternCursor, folded: boolean, depth: number): Shape {
  if (depth > DEEPEST) throw cursor.refuse('groups nested this deep');
  const options = [sequence(cursor, folded, depth)];
  while (cursor.take('|')) options.push(sequence(cursor, folded, depth));
  const [only] = options;
  return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
}

function sequence(cursor: PatternCursor, folded: boolean, depth: number): Shape {
  const parts: Shape[] = [];
  while (!cursor.done && cursor.peek !== '|' && cursor.peek !== ')') {
    parts.push(repeated(cursor, atom(cursor, folded, depth)));
  }
  return { kind: 'sequence', parts };
}

function atom(cursor: PatternCursor, folded: boolean, depth: number): Shape {
  if (cursor.take('^')) return { kind: 'begin' };
  if (cursor.take('$')) return { kind: 'end' };
  if (cursor.take('(')) {
    if (cursor.take('?') && !cursor.take(':')) throw cursor.refuse('a group that begins with (?');
    const inside = choice(cursor, folded, depth + 1);
    if (!cursor.take(')')) throw cursor.refuse('a ( that is never closed');
    return inside;
  }
  if (cursor.take('.')) return one(takesAny, null, folded);
  if (cursor.take('[')) return one(parseSet(cursor), null, folded);
  if ('*+?{'.includes(cursor.peek)) throw cursor.refuse(`${cursor.peek} after nothing that it could repeat`);
  return cursor.take('\\') ? escaped(cursor, folded) : literal(cursor.next(), folded);
}

function escaped(cursor: PatternCursor, folded: boolean): Shape {
  const sign = cursor.next();
  const named = classOf(sign);
  if (named !== undefined) return one(named, null, folded);
  const control = { n: '\n', t: '\t', r: '\r' }[sign];
  if (control === undefined && /^[A-Za-z0-9]?$/.test(sign)) throw cursor.refuse(`\\${sign}`);
  return literal(control ?? sign, folded);
}

function literal(sign: string, folded: boolean): Shape {
  const wanted = sign.codePointAt(0);
  return one((code) => code === wanted, folded ? null : sign, folded);
}

/** Folded: in small letters or in capitals. */
function one(takes: Takes, literal: string | null, folded: boolean): Shape {
  if (!folded) return { kind: 'one', takes, literal };
  const either = (code: number) => {
    const sign = String.fromCodePoint(code);
    return [sign, sign.toLowerCase(), sign.toUpperCase()].some((form) => takes(form.codePointAt(0) ?? code));
  };
  return { kind: 'one', takes: either, literal };
}

function repeated(cursor: PatternCursor, of: Shape): Shape {
  const times = repeats(cursor);
  if (times === undefined) return of;
  // Lazy or not: whether a text matches does not depend on it.
  cursor.take('?');
  if (repeats(cursor) !== undefined) throw cursor.refuse('a repetition of a repetition');
  return { kind: 'repeat', of, ...times };
}

function repeats(cursor: PatternCursor): { least: number; most: number | null } | undefined {
  if (cursor.take('*')) return { least: 0, most: null };
  if (cursor.take('+')) return { least: 1, most: null };
  if (cursor.take('?')) return { least: 0, most: 1 };
  const counted = cursor.match(/\{(\d{1,5})(,(\d{1,5})?)?\}/y);
  if (counted === undefined) return undefined;
  const [, least = '', upTo, most] = counted;
  const times = {
    least: Number(least),
    most: upTo === undefined ? Number(least) : most === undefined ? null : Number(most),
  };
  if (times.least > (times.most ?? times.least))
    throw new QueryError(`regular expression: {${least},${most}} has its numbers the wrong way round`);
  if (Math.max(times.least, times.most ?? 0) <= MOST_REPEATS) return times;
  throw cursor.refuse(`more than ${MOST_REPEATS} repetitions`);
}
