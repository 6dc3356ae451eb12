import type { AnswerSeries, Cell } from '../answer.ts';
import type { Patterns } from '../pattern/patterns.ts';
import type { Measurement } from '../series/series.ts';
import type { KeyChoice, Show, Subject } from '../syntax/statement.ts';
import { restFor } from './condition.ts';
import type { Context } from './context.ts';
import { tagNames } from './group.ts';
import { page } from './page.ts';
import { checkDatabase, matcherOf } from './sources.ts';

/** Answers SHOW. Times in WHERE count for nothing, as in InfluxDB 1.x. Throws QueryError. */
export async function answerShow(show: Show, context: Context): Promise<readonly AnswerSeries[]> {
  checkDatabase(show.database, context.database);
  if (show.subject === 'databases')
    return [{ name: 'databases', columns: ['name'], values: [[context.database]] }];
  if (show.subject === 'retention policies') return [RETENTION];
  const matches = matcherOf(show.from, context);
  const all = (await context.store.all()).filter(({ name }) => matches(name));
  const measurements = all.map((measurement) => filtered(measurement, show, context.patterns));
  const answer = ANSWERS[show.subject](
    measurements.filter(({ series }) => series.length > 0),
    show,
    context.patterns,
  );
  return answer
    .map((series) => ({ ...series, values: page(series.values, show.rows) }))
    .filter(({ values }) => values.length > 0);
}

/** The journal keeps as long as the site says; InfluxDB's name for its only policy stands for that. */
const RETENTION: AnswerSeries = {
  columns: ['name', 'duration', 'shardGroupDuration', 'replicaN', 'default'],
  values: [['autogen', '0s', '168h0m0s', 1, true]],
};

/** Only series whose tags are so. */
function filtered(measurement: Measurement, { where }: Show, patterns: Patterns): Measurement {
  const { name, fields, series } = measurement;
  const names = { fields, patterns };
  return {
    name,
    fields,
    series: series.filter(({ tags }) => restFor(where.condition, tags, names) !== false),
  };
}

type Answer = (
  measurements: readonly Measurement[],
  show: Show,
  patterns: Patterns,
) => readonly AnswerSeries[];

const ANSWERS: Readonly<Record<Exclude<Subject, 'databases' | 'retention policies'>, Answer>> = {
  measurements: (all) => [{ name: 'measurements', columns: ['name'], values: all.map(({ name }) => [name]) }],
  'tag keys': (all) =>
    all.map(({ name, series }) => ({
      name,
      columns: ['tagKey'],
      values: tagNames(series).map((key) => [key]),
    })),
  'tag values': (all, { keys }, patterns) =>
    all.map((measurement) => ({
      name: measurement.name,
      columns: ['key', 'value'],
      values: tagValues(measurement, keys, patterns),
    })),
  'field keys': (all) =>
    all.map(({ name, fields }) => ({ name, columns: ['fieldKey', 'fieldType'], values: [...fields].sort() })),
  series: (all) => [{ columns: ['key'], values: all.flatMap(seriesKeys).map((key) => [key]) }],
};

function tagValues({ series }: Measurement, keys: KeyChoice | null, patterns: Patterns): Cell[][] {
  return tagNames(series)
    .filter((key) => keys === null || isChosen(key, keys, patterns))
    .flatMap((key) => {
      const values = new Set(series.flatMap(({ tags }) => tags[key] ?? []));
      return [...values].sort().map((value) => [key, value]);
    });
}

function isChosen(key: string, choice: KeyChoice, patterns: Patterns): boolean {
  const found = 'in' in choice ? choice.in.includes(key) : patterns.of(choice.pattern).test(key);
  return found !== choice.not;
}

/** As line protocol has it: measurement and tags, by name. */
function seriesKeys({ name, series }: Measurement): readonly string[] {
  return series
    .map(({ tags }) =>
      [
        name,
        ...Object.entries(tags)
          .sort()
          .map((tag) => tag.map(escaped).join('=')),
      ].join(','),
    )
    .sort();
}

const escaped = (text: string): string => text.replace(/[ ,=]/g, '\\$&');
