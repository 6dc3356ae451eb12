import { SyntaxTrouble } from '../query-error.ts';
import { durationNs, FARTHEST_MS, NS_PER_MS } from './duration.ts';
import { parseOperator } from './operator.ts';
import type { TimeLimit } from './statement.ts';
import type { TokenCursor } from './token-cursor.ts';

const FARTHEST = BigInt(FARTHEST_MS) * NS_PER_MS;

/** After `time`: `>= now() - 1h`, `< 1763780000123ms`, `<= '2026-11-22T08:00:00Z'`; a bare number is ns. */
export function parseTimeLimit(cursor: TokenCursor): TimeLimit {
  const { at } = cursor;
  const compare = parseOperator(cursor);
  if (compare === '=~' || compare === '!~' || compare === '!=')
    throw new SyntaxTrouble(`time cannot be compared by ${compare}`, at);
  const limit = { compare, base: base(cursor), shift: shift(cursor) };
  for (const part of [limit.base, limit.shift])
    if (part !== 'now' && (part > FARTHEST || part < -FARTHEST))
      throw new SyntaxTrouble('time is compared with a moment beyond every calendar', at);
  return limit;
}

function base(cursor: TokenCursor): 'now' | bigint {
  if (cursor.words('now')) {
    cursor.expectSign('(');
    cursor.expectSign(')');
    return 'now';
  }
  const { at } = cursor;
  const text = cursor.take('text');
  if (text !== undefined) return parsedTime(text.text, at);
  const sign = cursor.sign('-') ? -1n : 1n;
  const duration = cursor.take('duration');
  if (duration !== undefined) return sign * durationNs(duration.text);
  const number = cursor.take('number');
  if (number === undefined || !/^\d{1,19}$/.test(number.text))
    return cursor.fail("now(), a length of time as 1763780000123ms, or a time as '2026-11-22T08:00:00Z'");
  return sign * BigInt(number.text);
}

function shift(cursor: TokenCursor): bigint {
  let sum = 0n;
  for (;;) {
    const sign = cursor.sign('-') ? -1n : cursor.sign('+') ? 1n : 0n;
    if (sign === 0n) return sum;
    sum += sign * durationNs((cursor.take('duration') ?? cursor.fail('a length of time as 1h')).text);
  }
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?$/;

/** RFC 3339, or as InfluxQL also writes it, `2026-11-22 08:00:00.123`; without an offset it is UTC. In ns. */
function parsedTime(text: string, at: number): bigint {
  const [, day, clock = '00:00:00', fraction = '', offset = 'Z'] = TIME.exec(text) ?? [];
  const ms = Date.parse(`${day}T${clock}${offset}`);
  if (day === undefined || Number.isNaN(ms))
    throw new SyntaxTrouble(`'${text.slice(0, 40)}' is no time, expected one as '2026-11-22T08:00:00Z'`, at);
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}
