import fc from 'fast-check';
import {
  type Column,
  type Condition,
  type Fill,
  FUNCTIONS,
  type Operator,
  type Page,
  type Select,
  type Show,
  SUBJECTS,
  type Subject,
  type TimeLimit,
} from '../../gateway/influxql/syntax/statement.ts';

/** Names to ask for. */
export interface Vocabulary {
  readonly measurements: readonly string[];
  readonly tags: Readonly<Record<string, readonly string[]>>;
  readonly numbers: Readonly<Record<string, readonly number[]>>;
  readonly texts: Readonly<Record<string, readonly string[]>>;
  /** ms. */
  readonly from: number;
  readonly to: number;
  /** Of readings every series is known, of events those in the span: there `*` and SLIMIT are another question. */
  readonly readings: boolean;
}

const PATTERNS = [
  '^.*$',
  '^$',
  '',
  'fridge',
  '^(fridge-1|outfall)$',
  '^fridge-\\d$',
  '(?i)FRIDGE',
  '[^a-f]r',
  '^[a-v]+$',
  'a?e+',
  '(ab|a)*c?',
];
const NUMERIC: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>='];

const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

function conditionOf({ tags, numbers, texts }: Vocabulary): fc.Arbitrary<Condition> {
  const text = (all: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<Condition> =>
    oneOf(Object.keys(all)).chain((name) =>
      fc.oneof(
        fc.record({
          compare: oneOf(['=', '!='] as const),
          of: fc.constant({ name, kind: null }),
          to: oneOf([...(all[name] ?? []), 'no such']),
        }),
        fc.record({
          compare: oneOf(['=~', '!~'] as const),
          of: fc.constant({ name, kind: null }),
          to: fc.record({ pattern: oneOf(PATTERNS) }),
        }),
      ),
    );
  const good: fc.Arbitrary<Condition> = fc.constant({ compare: '<', of: { name: 'q', kind: null }, to: 2 });
  const numeric = Object.keys(numbers);
  const number: fc.Arbitrary<Condition> =
    numeric.length === 0
      ? good
      : oneOf(numeric).chain((name) =>
          fc.record({
            compare: oneOf(NUMERIC),
            of: fc.constant({ name, kind: null }),
            to: oneOf(numbers[name] ?? []),
          }),
        );
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { arbitrary: text(tags), weight: 4 },
      { arbitrary: number, weight: 1 },
      { arbitrary: good, weight: 2 },
      { arbitrary: text(texts), weight: 1 },
      {
        arbitrary: fc.record({
          join: oneOf(['and', 'or'] as const),
          left: tie('condition'),
          right: tie('condition'),
        }),
        weight: 4,
      },
    ),
  }));
  return condition;
}

const MS = 1_000_000n;

/** Both ends where there are buckets: one without an end goes on to now, which is never the same twice. */
function timeOf({ from, to }: Vocabulary, bounded: boolean): fc.Arbitrary<readonly TimeLimit[]> {
  const limit = (compares: readonly ('>' | '>=' | '<' | '<=')[], low: number, high: number) =>
    fc.record({
      compare: oneOf(compares),
      base: fc.integer({ min: low, max: high }).map((ms) => BigInt(ms) * MS),
      shift: oneOf([0n, 0n, 0n, 1n, -1n, 5_000_000_000n]),
    });
  const middle = Math.floor((from + to) / 2);
  const first = limit(['>', '>='], from - 3_600_000, middle);
  const last = limit(['<', '<='], middle, to + 3_600_000);
  const both = fc.tuple(first, last);
  if (bounded) return both;
  return fc.oneof({ arbitrary: both, weight: 3 }, fc.tuple(first), fc.tuple(last), fc.constant([]));
}

/** OFFSET alone is something that InfluxDB itself says not to ask. */
const pageOf: fc.Arbitrary<Page> = fc.oneof(
  { arbitrary: fc.constant({ limit: null, offset: 0 }), weight: 3 },
  fc.record({ limit: fc.integer({ min: 1, max: 20 }), offset: fc.constantFrom(0, 0, 0, 1, 5) }),
);

/** InfluxDB limits each of several functions by itself before it puts them together. */
const EVERYTHING: Page = { limit: null, offset: 0 };

const WIDTHS = [60_000, 300_000, 1_200_000, 3_600_000, 7_200_000, 86_400_000];
const FILLS: readonly Fill[] = ['null', 'none', 'previous', 0, -1.5];

/** `beside`: fields and tags of the row that a selector chose. */
type Kind = 'raw' | 'counted' | 'beside';

function columnsOf(words: Vocabulary, kind: Kind): fc.Arbitrary<readonly Column[]> {
  const { numbers, texts, tags, readings } = words;
  const as = fc.option(oneOf(['a', 'b b', 'value']), { freq: 3 });
  const of = (names: readonly string[]) => oneOf(names).map((name) => ({ name, kind: null }));
  const named = fc.record({
    call: fc.constant(null),
    of: of([numbers, texts, tags].flatMap(Object.keys)),
    as,
  });
  if (kind === 'raw') {
    const some = fc.array(named, { minLength: 1, maxLength: 4 });
    return readings
      ? fc.oneof({ arbitrary: some, weight: 4 }, fc.constant([{ call: null, of: '*', as: null }]))
      : some;
  }
  const ofAny = <T>(calls: readonly T[], names: readonly string[]) =>
    fc.record({ call: oneOf(calls), of: of(names), as });
  const ofText = ofAny(['count', 'first', 'last'] as const, Object.keys(texts));
  const numeric = Object.keys(numbers);
  // InfluxDB fills beside a number with `previous`, and not beside a text.
  if (kind === 'beside' && numeric.length > 0)
    return fc.tuple(ofAny(['min', 'max', 'first', 'last'] as const, numeric), named, named);
  const call =
    numeric.length === 0 ? ofText : fc.oneof({ arbitrary: ofAny(FUNCTIONS, numeric), weight: 8 }, ofText);
  return fc.array(call, { minLength: 1, maxLength: 4 });
}

/** Where rows of several series have one moment, InfluxDB takes any of them: asked for a row, each series stands alone. */
function tagsOf(
  { tags, readings }: Vocabulary,
  columns: readonly Column[],
): fc.Arbitrary<readonly string[] | '*'> {
  const names = Object.keys(tags);
  const calls = columns.map(({ call }) => call);
  const mixed = new Set(calls.map((call) => call === null)).size > 1;
  if (mixed || calls.includes('first') || calls.includes('last')) return fc.constant(names);
  const some = fc.uniqueArray(oneOf(names), { maxLength: 3 });
  return readings ? fc.oneof({ arbitrary: some, weight: 5 }, fc.constant('*' as const)) : some;
}

/** SELECT with any of what the gateway answers. */
export function selects(words: Vocabulary): fc.Arbitrary<Select> {
  const kind = oneOf<Kind>(['raw', 'counted', 'counted', 'beside']);
  const shape = fc.record({ buckets: fc.boolean(), columns: kind.chain((one) => columnsOf(words, one)) });
  return shape.chain(({ buckets, columns }) => {
    const timed = buckets && columns.some(({ call }) => call !== null);
    const time = timed
      ? fc.record({ every: oneOf(WIDTHS), offset: oneOf([0, 0, 5_000]) })
      : fc.constant(null);
    const source = oneOf(words.measurements).map((is) => ({ database: null, name: { is } }));
    return fc.record<Select>({
      kind: fc.constant('select'),
      columns: fc.constant(columns),
      from: fc.uniqueArray(source, { minLength: 1, maxLength: 2, selector: ({ name }) => name.is }),
      where: fc.record({ condition: fc.option(conditionOf(words), { freq: 5 }), time: timeOf(words, timed) }),
      by: fc.record({ tags: tagsOf(words, columns), time }),
      fill: timed ? oneOf(FILLS) : fc.constant<Fill>('null'),
      descending: fc.boolean(),
      rows: columns.length === 1 || !timed ? pageOf : fc.constant(EVERYTHING),
      series: words.readings ? pageOf : fc.constant(EVERYTHING),
    });
  });
}

/** Where InfluxDB has no condition, or an odd one: measurements are judged by all their series together. */
const unconditional: readonly Subject[] = ['field keys', 'retention policies', 'measurements'];

/** SHOW about measurements, tags and fields. */
export function shows(words: Vocabulary): fc.Arbitrary<Show> {
  const tag = oneOf([...Object.keys(words.tags), 'no-such']);
  const keys = fc.oneof(
    fc.record({ in: fc.array(tag, { minLength: 1, maxLength: 3 }), not: fc.constant(false) }),
    fc.record({ in: fc.tuple(tag), not: fc.constant(true) }),
    fc.record({ pattern: oneOf(['^a', 'e', '^(site|point)$']), not: fc.boolean() }),
  );
  return oneOf(SUBJECTS.filter((subject) => subject !== 'databases')).chain((subject) =>
    fc.record<Show>({
      kind: fc.constant('show'),
      subject: fc.constant(subject),
      database: fc.constant(null),
      from:
        subject === 'measurements' || subject === 'retention policies'
          ? fc.constant([])
          : fc.array(
              oneOf(words.measurements).map((is) => ({ database: null, name: { is } })),
              { maxLength: 2 },
            ),
      keys: subject === 'tag values' ? keys : fc.constant(null),
      where: fc.record({
        condition: unconditional.includes(subject)
          ? fc.constant(null)
          : fc.option(conditionOf({ ...words, numbers: { q: [1] }, texts: { text: [] } }).filter(ofTags), {
              freq: 2,
            }),
        time: fc.constant([]),
      }),
      rows: subject === 'retention policies' ? fc.constant({ limit: null, offset: 0 }) : pageOf,
    }),
  );
}

/** What InfluxDB takes in SHOW: fields have no place there. */
const ofTags = (condition: Condition): boolean =>
  'join' in condition
    ? ofTags(condition.left) && ofTags(condition.right)
    : !['q', 'text'].includes(condition.of.name);
