import type { Operator } from './statement.ts';
import type { TokenCursor } from './token-cursor.ts';

const OPERATORS: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~'];

/** `<>` is another way to write `!=`. */
export function parseOperator(cursor: TokenCursor): Operator {
  if (cursor.sign('<>')) return '!=';
  return OPERATORS.find((sign) => cursor.sign(sign)) ?? cursor.fail(`one of ${OPERATORS.join(' ')}`);
}
