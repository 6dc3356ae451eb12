import type { Patterns } from '../pattern/patterns.ts';
import type { Row, Tags, Value } from '../series/row.ts';
import type { Comparison, Condition, Operator, Reference } from '../syntax/statement.ts';

/** What is left to ask of each row, when the tags of its series are known: nothing (all or none), or something of its fields. */
export type Rest = boolean | Condition;

export interface Names {
  readonly fields: { has(name: string): boolean };
  readonly patterns: Patterns;
}

export const isField = ({ name, kind }: Reference, fields: Names['fields']): boolean =>
  kind === 'field' || (kind === null && fields.has(name));

/** A tag that a series does not have counts as an empty text, as in InfluxDB. */
export function restFor(condition: Condition | null, tags: Tags, names: Names): Rest {
  if (condition === null) return true;
  if ('compare' in condition) {
    const ofField = isField(condition.of, names.fields);
    return ofField ? condition : holds(condition, tags[condition.of.name] ?? '', names.patterns);
  }
  const left = restFor(condition.left, tags, names);
  const decided = condition.join === 'or';
  if (left === decided) return decided;
  const right = restFor(condition.right, tags, names);
  if (right === decided) return decided;
  if (typeof left === 'boolean') return right;
  return typeof right === 'boolean' ? left : { join: condition.join, left, right };
}

/** Whether a row has what is left to ask. A field that it does not have is like nothing and unlike nothing. */
export function passes(rest: Rest, fields: Row['fields'], patterns: Patterns): boolean {
  if (typeof rest === 'boolean') return rest;
  if ('join' in rest) {
    const left = passes(rest.left, fields, patterns);
    return left === (rest.join === 'or') ? left : passes(rest.right, fields, patterns);
  }
  const value = fields[rest.of.name];
  return value !== undefined && holds(rest, value, patterns);
}

function holds({ compare, to }: Comparison, value: Value, patterns: Patterns): boolean {
  if (typeof to === 'object') {
    if (typeof value !== 'string') return false;
    return patterns.of(to.pattern).test(value) === (compare === '=~');
  }
  if (typeof to === 'number') return typeof value === 'number' && compares(compare, value, to);
  // Texts have no order that a question would need.
  if (typeof value !== 'string') return false;
  return compare === '=' ? value === to : compare === '!=' && value !== to;
}

function compares(compare: Operator, value: number, to: number): boolean {
  if (compare === '<') return value < to;
  if (compare === '<=') return value <= to;
  if (compare === '>') return value > to;
  if (compare === '>=') return value >= to;
  return (value === to) === (compare === '=');
}

/** Every comparison of a condition. */
export function comparisonsIn(condition: Condition | null): readonly Comparison[] {
  if (condition === null) return [];
  return 'join' in condition
    ? [...comparisonsIn(condition.left), ...comparisonsIn(condition.right)]
    : [condition];
}
