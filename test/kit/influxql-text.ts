import type {
  Column,
  Condition,
  KeyChoice,
  Operand,
  Page,
  Reference,
  Select,
  Show,
  Source,
  Statement,
  TimeLimit,
  Where,
} from '../../gateway/influxql/syntax/statement.ts';

/** A statement as InfluxQL: the parser backwards. */
export const statementText = (statement: Statement): string =>
  (statement.kind === 'select' ? selectText(statement) : showText(statement))
    .filter((part) => part !== '')
    .join(' ');

const selectText = ({ columns, from, where, by, fill, descending, rows, series }: Select): string[] => [
  `SELECT ${columns.map(columnText).join(', ')}`,
  `FROM ${from.map(sourceText).join(', ')}`,
  whereText(where),
  groupText(by),
  by.time === null ? '' : `fill(${fill})`,
  descending ? 'ORDER BY time DESC' : '',
  pageText(rows, 'LIMIT', 'OFFSET'),
  pageText(series, 'SLIMIT', 'SOFFSET'),
];

function showText({ subject, database, from, keys, where, rows }: Show): string[] {
  const sources = from.map(sourceText).join(', ');
  const pattern = from.some(({ name }) => 'matches' in name);
  const ofMeasurements =
    subject === 'measurements' ? `WITH MEASUREMENT ${pattern ? '=~' : '='} ${sources}` : `FROM ${sources}`;
  return [
    `SHOW ${subject.toUpperCase()}`,
    database === null ? '' : `ON ${name(database)}`,
    from.length === 0 ? '' : ofMeasurements,
    keys === null ? '' : `WITH KEY ${keysText(keys)}`,
    whereText(where),
    pageText(rows, 'LIMIT', 'OFFSET'),
  ];
}

const name = (text: string): string => `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
const text = (words: string): string => `'${words.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\n')}'`;
const pattern = (source: string): string => `/${source.replaceAll('/', '\\/')}/`;

const referenceText = (of: Reference): string =>
  of.kind === null ? name(of.name) : `${name(of.name)}::${of.kind}`;

function columnText({ call, of, as }: Column): string {
  const what = of === '*' ? '*' : referenceText(of);
  const called = call === null ? what : `${call}(${what})`;
  return as === null ? called : `${called} AS ${name(as)}`;
}

function sourceText({ database, name: wanted }: Source): string {
  const only = 'is' in wanted ? name(wanted.is) : pattern(wanted.matches);
  return database === null ? only : `${name(database)}..${only}`;
}

function whereText({ condition, time }: Where): string {
  const parts = [...(condition === null ? [] : [conditionText(condition)]), ...time.map(timeText)];
  return parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`;
}

function conditionText(condition: Condition): string {
  if ('join' in condition)
    return `(${conditionText(condition.left)} ${condition.join.toUpperCase()} ${conditionText(condition.right)})`;
  return `${referenceText(condition.of)} ${condition.compare} ${operandText(condition.to)}`;
}

function operandText(to: Operand): string {
  if (typeof to === 'object') return pattern(to.pattern);
  return typeof to === 'string' ? text(to) : String(to);
}

function timeText({ compare, base, shift }: TimeLimit): string {
  const shifted = shift === 0n ? '' : shift < 0n ? ` - ${-shift}ns` : ` + ${shift}ns`;
  return `time ${compare} ${base === 'now' ? 'now()' : base}${shifted}`;
}

function groupText({ tags, time }: Select['by']): string {
  const buckets =
    time === null ? [] : [`time(${time.every}ms${time.offset === 0 ? '' : `, ${time.offset}ms`})`];
  const groups = [...buckets, ...(tags === '*' ? ['*'] : tags.map(name))];
  return groups.length === 0 ? '' : `GROUP BY ${groups.join(', ')}`;
}

function keysText(keys: KeyChoice): string {
  if ('pattern' in keys) return `${keys.not ? '!~' : '=~'} ${pattern(keys.pattern)}`;
  if (keys.not) return `!= ${name(keys.in[0] ?? '')}`;
  return `IN (${keys.in.map(name).join(', ')})`;
}

const pageText = ({ limit, offset }: Page, limitWord: string, offsetWord: string): string =>
  [limit === null ? '' : `${limitWord} ${limit}`, offset === 0 ? '' : `${offsetWord} ${offset}`]
    .filter((part) => part !== '')
    .join(' ');
