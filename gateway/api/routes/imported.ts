import { Type } from 'typebox';
import { quantitySpec } from '#model/quantity';
import { DAY, MINUTE } from '#model/time';
import { type ApiOptions, type Server, sitePoint } from '../server.ts';
import { BucketShape } from '../shapes/reading.ts';
import { EpochMsShape, listOf, PointIdShape, TimeText } from '../shapes/shape.ts';
import { parseEvery, parseSpan } from '../time-query.ts';

const Query = Type.Object(
  {
    point: PointIdShape,
    from: Type.Optional(TimeText),
    to: Type.Optional(TimeText),
    every: Type.Optional(Type.String({ description: 'Length of the buckets: 5m, 1h, or ms' })),
  },
  { additionalProperties: false },
);

const Answer = Type.Object({
  point: PointIdShape,
  unit: Type.String(),
  imported: Type.Literal(true, { description: 'No record: never judged, counted or verified' }),
  from: EpochMsShape,
  to: EpochMsShape,
  every: Type.Integer({ description: 'ms; whole hours over a long span' }),
  buckets: listOf(BucketShape),
});

/** GET /imported: what another system stored before, where the journal has nothing. */
export function importedRoute(server: Server, options: ApiOptions): void {
  const { site, journal, clock, imported } = options;
  server.get(
    '/imported',
    {
      schema: {
        summary: 'Imported values of a point, for viewing only',
        querystring: Query,
        response: { 200: Answer },
      },
    },
    async ({ query }) => {
      const { id, quantity } = sitePoint(site, query.point);
      const { from, to } = parseSpan(query, clock.wall(), DAY);
      const asked = query.every === undefined ? 5 * MINUTE : parseEvery(query.every);
      const { every, buckets } = imported?.buckets(id, from, to, asked) ?? { every: asked, buckets: [] };
      const recorded = buckets.length === 0 ? [] : await journal.history.buckets(id, from, to, every);
      const own = new Set(recorded.map((bucket) => bucket.from));
      const unit = quantitySpec(quantity).unit;
      const left = buckets.filter((bucket) => !own.has(bucket.from));
      return { point: id, unit, imported: true as const, from, to, every, buckets: left };
    },
  );
}
