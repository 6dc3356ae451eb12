import type { Cell } from '../answer.ts';
import { QueryError } from '../query-error.ts';
import type { Row } from '../series/row.ts';
import type { FieldType, Measurement } from '../series/series.ts';
import type { Column, FunctionName } from '../syntax/statement.ts';
import type { Call } from './call.ts';
import { isField } from './condition.ts';
import type { Tally } from './tally.ts';
import type { Titled } from './titles.ts';

/** A column of an answer that counts up. */
export interface Output extends Titled {
  /** Null: it stands beside the selector, and is of the row that this one chose. */
  readonly call: Call | null;
  /** `any` is filled with a number as it is; null: there is no such field, and nothing is filled in. */
  readonly type: FieldType | 'any' | null;
  cellOf(tallies: readonly Tally[]): Cell;
}

/** Throws QueryError for a function that the field is not fit for. */
export function outputsOf(columns: readonly Column[], measurement: Measurement): readonly Output[] {
  let calls = 0;
  return columns.map((column) => {
    const place = calls;
    if (column.call !== null) calls += 1;
    return outputOf(column, place, measurement);
  });
}

function outputOf({ call, of, as }: Column, place: number, { fields }: Measurement): Output {
  if (of === '*') throw new QueryError('a function of * is not supported: name the field');
  const field = isField(of, fields);
  const type = (field ? fields.get(of.name) : undefined) ?? null;
  if (call === null) {
    const cellOf = ([selector]: readonly Tally[]) => besideOf(selector?.chosen ?? null, of.name, field);
    return { name: of.name, as, call, type: type === 'integer' ? type : 'any', cellOf };
  }
  if (type === 'string' && !ANY_TYPE.has(call))
    throw new QueryError(`${call}() of the text "${of.name}" is not possible: count, first and last are`);
  const cellOf = (tallies: readonly Tally[]) => tallies[place]?.result ?? null;
  return { name: call, as, call: { name: call, field: of.name }, type: typeOf(call, type), cellOf };
}

const ANY_TYPE: ReadonlySet<FunctionName> = new Set(['count', 'first', 'last']);

function typeOf(call: FunctionName, type: FieldType | null): FieldType | null {
  if (type === null) return null;
  if (call === 'count') return 'integer';
  return call === 'mean' ? 'float' : type;
}

const besideOf = (row: Row | null, name: string, field: boolean): Cell =>
  (row === null ? undefined : (field ? row.fields : row.tags)[name]) ?? null;
