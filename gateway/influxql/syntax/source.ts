import type { Source } from './statement.ts';
import type { TokenCursor } from './token-cursor.ts';

/** `"m"`, `"policy"."m"`, `"database"."policy"."m"`, `"database".."m"`, `/regex/`. There is one policy: its name counts for nothing. */
export function parseSource(cursor: TokenCursor): Source {
  const only = cursor.take('pattern');
  if (only !== undefined) return { database: null, name: { matches: only.text } };
  if (cursor.peek.kind === 'sign' && cursor.peek.text === '(')
    return cursor.fail('a measurement: a query within a query is not supported');
  const names = [cursor.name('a measurement')];
  while (cursor.sign('.')) {
    const pattern = cursor.take('pattern');
    if (pattern !== undefined) return { database: databaseOf(names), name: { matches: pattern.text } };
    names.push(cursor.peek.text === '.' ? '' : cursor.name('a measurement'));
    if (names.length === 3) break;
  }
  const is = names.at(-1) ?? '';
  return { database: databaseOf(names.slice(0, -1)), name: { is } };
}

/** With two names before the measurement the first is the database. */
const databaseOf = (names: readonly string[]): string | null =>
  names.length === 2 ? (names[0] ?? null) : null;
