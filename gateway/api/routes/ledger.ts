import { Type } from 'typebox';
import type { LedgerHour } from '#model/journal';
import { GAP_CAUSES, type GapCause } from '#model/outage';
import { DAY, HOUR } from '#model/time';
import { type ApiOptions, type Server, sitePoint } from '../server.ts';
import { EpochMsShape, listOf, PointIdShape, TimeText } from '../shapes/shape.ts';
import { parseSpan } from '../time-query.ts';

const Query = Type.Object(
  { point: PointIdShape, from: Type.Optional(TimeText), to: Type.Optional(TimeText) },
  { additionalProperties: false },
);

const COUNTS = {
  expected: Type.Integer({ description: 'stored + all of missing' }),
  stored: Type.Integer({ description: 'Due and stored, of any quality' }),
  bad: Type.Integer({ description: 'Of the stored' }),
  extra: Type.Integer({ description: 'Stored beyond what was due' }),
  missing: Type.Partial(Type.Object(Object.fromEntries(GAP_CAUSES.map((cause) => [cause, Type.Integer()])))),
};

const HourShape = Type.Object({ from: EpochMsShape, ...COUNTS }, { title: 'LedgerHour' });

const Answer = Type.Object({
  from: EpochMsShape,
  to: EpochMsShape,
  totals: Type.Object(COUNTS),
  hours: listOf(HourShape),
  unbalanced: Type.Array(EpochMsShape, {
    description: 'Hours whose count does not fit the period: there must be none',
  }),
});

/** GET /ledger: what was due of a point, hour by hour, and what came of it. The span is widened to whole hours. */
export function ledgerRoute(server: Server, { site, journal, clock }: ApiOptions): void {
  server.get(
    '/ledger',
    { schema: { summary: 'The account of a point', querystring: Query, response: { 200: Answer } } },
    async ({ query }) => {
      const { id, every } = sitePoint(site, query.point);
      const span = parseSpan(query, clock.wall(), DAY);
      const from = Math.floor(span.from / HOUR) * HOUR;
      const to = Math.ceil(span.to / HOUR) * HOUR;
      const { hours, unbalanced } = await journal.history.ledger(id, from, to, every);
      return { from, to, totals: totalsOf(hours), hours: [...hours], unbalanced: [...unbalanced] };
    },
  );
}

function totalsOf(hours: readonly LedgerHour[]): Omit<LedgerHour, 'from'> {
  const missing: Partial<Record<GapCause, number>> = {};
  const totals = { expected: 0, stored: 0, bad: 0, extra: 0 };
  for (const hour of hours) {
    for (const count of ['expected', 'stored', 'bad', 'extra'] as const) totals[count] += hour[count];
    for (const cause of GAP_CAUSES) {
      const more = hour.missing[cause];
      if (more !== undefined) missing[cause] = (missing[cause] ?? 0) + more;
    }
  }
  return { ...totals, missing };
}
