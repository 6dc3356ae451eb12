import type { Column, Question, TagFilter } from './question.ts';

/*
 * Questions as InfluxQL, in the little of it that InfluxDB 1, 2 and 3 and the gateway's own `/query` all answer:
 *
 *   SELECT fn("field") AS "name", … | "field or tag" AS "name", …   fn: mean min max first last count sum
 *   FROM "measurement"                                              exactly one
 *   WHERE "tag" = 'text' | "tag" =~ /^…$/ | "field" < number …      joined by AND; < > = !=
 *     AND $timeFilter                                               or no bound of time at all
 *   GROUP BY time(…), "tag", … fill(null | none | 0)                buckets, series, or both; fill with buckets only
 *   ORDER BY time DESC LIMIT n                                      with both or neither
 *
 * Grafana fills in `$timeFilter`, `$__interval` and the variables, whose values it escapes as regular expressions; a
 * variable therefore always stands in `/^…$/`.
 */

export function influxql(question: Question): string {
  const { measurement, columns, limit } = question;
  const clauses = [
    `SELECT ${columns.map(columnText).join(', ')}`,
    `FROM ${identifier(measurement)}`,
    where([
      ...question.tags.map(tagCondition),
      ...question.where.map(({ field, is, number }) => `${identifier(field)} ${is} ${number}`),
      ...(question.over === 'range' ? ['$timeFilter'] : []),
    ]),
    grouping(question),
    limit === null ? '' : `ORDER BY time DESC LIMIT ${limit}`,
  ];
  return clauses.filter((clause) => clause !== '').join(' ');
}

function columnText({ statistic, field, as }: Column): string {
  const what = statistic === 'raw' ? identifier(field) : `${statistic}(${identifier(field)})`;
  return `${what} AS ${identifier(as)}`;
}

const where = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;

function tagCondition({ tag, in: values }: TagFilter): string {
  if (typeof values === 'string') return `${identifier(tag)} =~ /^${values}$/`;
  const [only] = values;
  return values.length === 1 && only !== undefined
    ? `${identifier(tag)} = '${escaped(only, /['\\]/g)}'`
    : `${identifier(tag)} =~ /^(${values.map((value) => escaped(value, /[\\^$.*+?()[\]{}|/]/g)).join('|')})$/`;
}

function grouping({ every, by, fill }: Question): string {
  const groups = [...(every === null ? [] : [`time(${every})`]), ...by.map(identifier)];
  if (groups.length === 0) return '';
  return `GROUP BY ${groups.join(', ')}${every === null ? '' : ` fill(${fill})`}`;
}

const identifier = (name: string): string => `"${escaped(name, /["\\]/g)}"`;

const escaped = (text: string, special: RegExp): string => text.replace(special, '\\$&');
