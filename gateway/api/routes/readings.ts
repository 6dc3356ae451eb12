import { type Static, Type } from 'typebox';
import { HygateError } from '#model/errors';
import type { Bucket } from '#model/journal';
import { quantitySpec } from '#model/quantity';
import { DAY, formatDuration, type Ms } from '#model/time';
import { type ApiOptions, type Server, sitePoint } from '../server.ts';
import { BucketShape, ReadingShape } from '../shapes/reading.ts';
import { EpochMsShape, listOf, numberOrNull, oneOf, PointIdShape, TimeText } from '../shapes/shape.ts';
import { parseEvery, parseSpan } from '../time-query.ts';

const MOST_READINGS = 10_000;
const USUAL_READINGS = 1_000;
/** More than any screen has pixels across. */
const MOST_BUCKETS = 5_000;

const FUNCTIONS = ['min', 'mean', 'max', 'count'] as const;
type Fn = (typeof FUNCTIONS)[number];

const Query = Type.Object(
  {
    point: PointIdShape,
    from: Type.Optional(TimeText),
    to: Type.Optional(TimeText),
    every: Type.Optional(
      Type.String({ description: 'Buckets of this length instead of readings: 5m, 1h, or ms' }),
    ),
    fn: Type.Optional(oneOf(FUNCTIONS, { description: 'Only this of each bucket' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_READINGS, default: USUAL_READINGS })),
  },
  { additionalProperties: false },
);

/** Either `readings`, with `next` to go on from when there are more than `limit`, or `every` and `buckets`. */
const Answer = Type.Object({
  point: PointIdShape,
  unit: Type.String(),
  from: EpochMsShape,
  to: EpochMsShape,
  readings: Type.Optional(listOf(ReadingShape)),
  next: Type.Optional(numberOrNull({ description: '`from` of the next call; null when this is all' })),
  every: Type.Optional(Type.Integer({ description: 'ms' })),
  buckets: Type.Optional(listOf(BucketShape)),
});

/** GET /readings: what was measured, one by one or in buckets. */
export function readingsRoute(server: Server, options: ApiOptions): void {
  server.get(
    '/readings',
    {
      schema: {
        summary: 'Readings of a point, or buckets of them',
        querystring: Query,
        response: { 200: Answer },
      },
    },
    async ({ query }) => answer(options, query),
  );
}

async function answer({ site, journal, clock }: ApiOptions, query: Static<typeof Query>) {
  const { id, quantity } = sitePoint(site, query.point);
  const span = parseSpan(query, clock.wall(), DAY);
  const head = { point: id, unit: quantitySpec(quantity).unit, ...span };
  if (query.every === undefined) return { ...head, ...(await page(journal, id, span, query)) };
  const every = bucketLength(parseEvery(query.every), span);
  const buckets = await journal.history.buckets(id, span.from, span.to, every);
  return { ...head, every, buckets: buckets.map((bucket) => pick(bucket, query.fn)) };
}

type Span = { readonly from: number; readonly to: number };

async function page(
  { history }: ApiOptions['journal'],
  point: string,
  span: Span,
  query: Static<typeof Query>,
) {
  if (query.fn !== undefined)
    throw new HygateError('request-invalid', 'fn needs every: give a length of buckets, as every=5m.');
  const { limit = USUAL_READINGS } = query;
  const readings = await history.readings(point, span.from, span.to, limit + 1);
  return { readings: readings.slice(0, limit), next: readings[limit]?.at ?? null };
}

function bucketLength(every: Ms, { from, to }: Span): Ms {
  if ((to - from) / every <= MOST_BUCKETS) return every;
  const least = formatDuration(Math.ceil((to - from) / MOST_BUCKETS));
  throw new HygateError(
    'request-invalid',
    `That would be more than ${MOST_BUCKETS} buckets; give every=${least} or more.`,
  );
}

function pick(bucket: Bucket, fn: Fn | undefined): Partial<Bucket> {
  return fn === undefined ? bucket : { from: bucket.from, [fn]: bucket[fn] };
}
