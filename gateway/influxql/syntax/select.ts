import { SyntaxTrouble } from '../query-error.ts';
import { durationNs, FARTHEST_MS, NS_PER_MS } from './duration.ts';
import { parsePage } from './page.ts';
import { parseReference } from './reference.ts';
import { parseSource } from './source.ts';
import {
  type Column,
  type Fill,
  FUNCTIONS,
  type FunctionName,
  type GroupBy,
  type Select,
} from './statement.ts';
import type { TokenCursor } from './token-cursor.ts';
import { parseWhere } from './where.ts';

/** More than any panel shows. */
const MOST_COLUMNS = 30;

/** What follows SELECT. Throws SyntaxTrouble. */
export function parseSelect(cursor: TokenCursor): Select {
  const { at } = cursor;
  const columns = cursor.list(() => parseColumn(cursor));
  if (columns.length > MOST_COLUMNS) throw new SyntaxTrouble(`more than ${MOST_COLUMNS} columns`, at);
  if (cursor.word() === 'into') cursor.fail('FROM: the gateway answers, nothing is written by a query');
  cursor.expectWords('from');
  const from = cursor.list(() => parseSource(cursor));
  const where = parseWhere(cursor);
  const by = parseGroupBy(cursor);
  const fill = parseFill(cursor);
  const descending = parseOrder(cursor);
  const rows = parsePage(cursor, 'limit', 'offset');
  const series = parsePage(cursor, 'slimit', 'soffset');
  if (cursor.word() === 'tz') cursor.fail('the end: tz() is not supported, buckets of time are those of UTC');
  return { kind: 'select', columns, from, where, by, fill, descending, rows, series };
}

function parseColumn(cursor: TokenCursor): Column {
  if (cursor.sign('*')) return { call: null, of: '*', as: null };
  const { at, peek } = cursor;
  const of = parseReference(cursor, 'a field, a tag or a function');
  const call = peek.kind === 'word' && cursor.sign('(') ? functionNamed(of.name, at) : null;
  const inner = call === null ? of : parseReference(cursor, 'a field: functions take one field');
  if (call !== null) cursor.expectSign(')');
  return { call, of: inner, as: cursor.words('as') ? cursor.name('a name') : null };
}

function functionNamed(name: string, at: number): FunctionName {
  const found = FUNCTIONS.find((known) => known === name.toLowerCase());
  if (found !== undefined) return found;
  throw new SyntaxTrouble(`the function ${name}() is not supported (${FUNCTIONS.join(', ')} are)`, at);
}

function parseGroupBy(cursor: TokenCursor): GroupBy {
  if (!cursor.words('group', 'by')) return { tags: [], time: null };
  let time: GroupBy['time'] = null;
  let all = false;
  const tags = new Set<string>();
  cursor.list(() => {
    if (cursor.sign('*')) all = true;
    else if (cursor.words('time')) time = parseBuckets(cursor);
    else tags.add(parseReference(cursor, 'time(…), a tag or *').name);
  });
  return { tags: all ? '*' : [...tags], time };
}

/** `(1m)` or `(1d, -8h)`. */
function parseBuckets(cursor: TokenCursor): NonNullable<GroupBy['time']> {
  cursor.expectSign('(');
  const every = wholeMs(cursor);
  const offset = cursor.sign(',') ? (cursor.sign('-') ? -wholeMs(cursor) : wholeMs(cursor)) : 0;
  cursor.expectSign(')');
  return { every, offset: ((offset % every) + every) % every };
}

function wholeMs(cursor: TokenCursor): number {
  const { at } = cursor;
  const ns = durationNs((cursor.take('duration') ?? cursor.fail('a length of time as 1m')).text);
  const ms = Number(ns / NS_PER_MS);
  if (ns % NS_PER_MS === 0n && ms > 0 && ms <= FARTHEST_MS) return ms;
  throw new SyntaxTrouble('a bucket of time has whole milliseconds, at least one, within every calendar', at);
}

function parseFill(cursor: TokenCursor): Fill {
  if (!cursor.words('fill')) return 'null';
  cursor.expectSign('(');
  const fill = fillValue(cursor);
  cursor.expectSign(')');
  return fill;
}

function fillValue(cursor: TokenCursor): Fill {
  const named = (['null', 'none', 'previous'] as const).find((word) => cursor.words(word));
  if (named !== undefined) return named;
  const sign = cursor.sign('-') ? -1 : 1;
  return sign * Number((cursor.take('number') ?? cursor.fail('null, none, previous or a number')).text);
}

function parseOrder(cursor: TokenCursor): boolean {
  if (!cursor.words('order', 'by')) return false;
  cursor.expectWords('time');
  return !cursor.words('asc') && cursor.words('desc');
}
