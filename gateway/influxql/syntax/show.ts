import { parsePage } from './page.ts';
import { parseSource } from './source.ts';
import { type KeyChoice, type Show, type Source, SUBJECTS, type Subject } from './statement.ts';
import type { TokenCursor } from './token-cursor.ts';
import { parseWhere } from './where.ts';

/** What follows SHOW. Throws SyntaxTrouble. */
export function parseShow(cursor: TokenCursor): Show {
  const subject: Subject =
    SUBJECTS.find((words) => cursor.words(...words.split(' '))) ??
    cursor.fail(`one of ${SUBJECTS.join(', ').toUpperCase()}`);
  const database = cursor.words('on') ? cursor.name('a database') : null;
  const from = parseFrom(cursor, subject);
  const keys = subject === 'tag values' ? parseKeys(cursor) : null;
  const where = parseWhere(cursor);
  return { kind: 'show', subject, database, from, keys, where, rows: parsePage(cursor, 'limit', 'offset') };
}

function parseFrom(cursor: TokenCursor, subject: Subject): readonly Source[] {
  if (subject !== 'measurements') return cursor.words('from') ? cursor.list(() => parseSource(cursor)) : [];
  if (!cursor.words('with', 'measurement')) return [];
  if (!cursor.sign('=~')) cursor.expectSign('=');
  return [parseSource(cursor)];
}

/** WITH KEY = "a", != "a", IN ("a", "b"), =~ /a/, !~ /a/. */
function parseKeys(cursor: TokenCursor): KeyChoice {
  cursor.expectWords('with', 'key');
  if (cursor.words('in')) {
    cursor.expectSign('(');
    const keys = cursor.list(() => cursor.name('a tag'));
    cursor.expectSign(')');
    return { in: keys, not: false };
  }
  if (cursor.sign('=')) return { in: [cursor.name('a tag')], not: false };
  if (cursor.sign('!=')) return { in: [cursor.name('a tag')], not: true };
  const not = cursor.sign('!~');
  if (!not && !cursor.sign('=~')) cursor.fail('=, !=, IN, =~ or !~');
  return { pattern: (cursor.take('pattern') ?? cursor.fail('a regular expression')).text, not };
}
