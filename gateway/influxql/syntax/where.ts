import { SyntaxTrouble } from '../query-error.ts';
import { parseOperator } from './operator.ts';
import { parseReference } from './reference.ts';
import type { Condition, Operand, Reference, TimeLimit, Where } from './statement.ts';
import { NO_WHERE } from './statement.ts';
import { parseTimeLimit } from './time-limit.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Deeper than any dashboard nests, and far from where the stack ends. */
const DEEPEST = 50;
/** A variable with all its values is one comparison each at most. */
const MOST_COMPARISONS = 1_000;

type Part = { readonly condition: Condition | null; readonly time: readonly TimeLimit[] };

/** WHERE and what follows it, if it is there. Throws SyntaxTrouble. */
export function parseWhere(cursor: TokenCursor): Where {
  return cursor.words('where') ? new WhereParser(cursor).either(0) : NO_WHERE;
}

class WhereParser {
  readonly #cursor: TokenCursor;
  #comparisons = 0;

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
  }

  either(depth: number): Part {
    let left = this.#all(depth);
    while (this.#cursor.words('or')) {
      const { at } = this.#cursor;
      const right = this.#all(depth);
      if (left.time.length + right.time.length > 0)
        throw new SyntaxTrouble('time may stand beside AND only, OR between times is not supported', at);
      left = { condition: joined('or', left.condition, right.condition), time: [] };
    }
    return left;
  }

  #all(depth: number): Part {
    let left = this.#one(depth);
    while (this.#cursor.words('and')) {
      const right = this.#one(depth);
      left = {
        condition: joined('and', left.condition, right.condition),
        time: [...left.time, ...right.time],
      };
    }
    return left;
  }

  #one(depth: number): Part {
    const cursor = this.#cursor;
    this.#comparisons += 1;
    if (depth > DEEPEST || this.#comparisons > MOST_COMPARISONS)
      throw new SyntaxTrouble('this is more than is looked at: ask for less', cursor.at);
    if (cursor.sign('(')) {
      const inside = this.either(depth + 1);
      cursor.expectSign(')');
      return inside;
    }
    const of = parseReference(cursor, 'a tag, a field or time');
    if (of.name.toLowerCase() === 'time') return { condition: null, time: [parseTimeLimit(cursor)] };
    return { condition: this.#comparison(of), time: [] };
  }

  #comparison(of: Reference): Condition {
    const cursor = this.#cursor;
    const compare = parseOperator(cursor);
    if (compare !== '=~' && compare !== '!~') return { compare, of, to: operand(cursor) };
    const pattern = cursor.take('pattern') ?? cursor.fail('a regular expression between slashes');
    return { compare, of, to: { pattern: pattern.text } };
  }
}

function joined(join: 'and' | 'or', left: Condition | null, right: Condition | null): Condition | null {
  return left === null || right === null ? (left ?? right) : { join, left, right };
}

function operand(cursor: TokenCursor): Operand {
  const text = cursor.take('text');
  if (text !== undefined) return text.text;
  const sign = cursor.sign('-') ? -1 : 1;
  const number = cursor.take('number') ?? cursor.fail('a text in single quotes or a number');
  return sign * Number(number.text);
}
