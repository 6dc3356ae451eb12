import { SyntaxTrouble } from '../query-error.ts';
import { parseSelect } from './select.ts';
import { parseShow } from './show.ts';
import type { Statement } from './statement.ts';
import { TokenCursor } from './token-cursor.ts';

/** A dashboard's variable with hundreds of values fits. */
const LONGEST_QUERY = 50_000;
const MOST_STATEMENTS = 50;

/**
 * Reads statements of InfluxQL, divided by semicolons. Throws SyntaxTrouble, which names the character at which the text
 * is not, or not any more, what the gateway understands.
 */
export function parseQuery(query: string): readonly Statement[] {
  if (query.length > LONGEST_QUERY)
    throw new SyntaxTrouble(`a query has at most ${LONGEST_QUERY} characters`, LONGEST_QUERY);
  const cursor = new TokenCursor(query);
  const statements: Statement[] = [];
  while (!cursor.done) {
    if (statements.length >= MOST_STATEMENTS)
      throw new SyntaxTrouble(`a query has at most ${MOST_STATEMENTS} statements`, cursor.at);
    statements.push(parseStatement(cursor));
    if (!cursor.sign(';') && !cursor.done) cursor.fail('; or the end');
  }
  return statements;
}

function parseStatement(cursor: TokenCursor): Statement {
  if (cursor.words('select')) return parseSelect(cursor);
  if (cursor.words('show')) return parseShow(cursor);
  return cursor.fail('SELECT or SHOW: the gateway only answers questions');
}
