import { Type } from 'typebox';
import { DAY } from '#model/time';
import { type ApiOptions, type Server, sitePoint } from '../server.ts';
import { GapShape } from '../shapes/reading.ts';
import { listOf, PointIdShape, TimeText } from '../shapes/shape.ts';
import { parseSpan } from '../time-query.ts';

const Query = Type.Object(
  { point: PointIdShape, from: Type.Optional(TimeText), to: Type.Optional(TimeText) },
  { additionalProperties: false },
);

const Answer = Type.Object({ gaps: listOf(GapShape) });

/** GET /gaps: where readings of a point are missing, and why. */
export function gapsRoute(server: Server, { site, journal, clock }: ApiOptions): void {
  server.get(
    '/gaps',
    { schema: { summary: 'Missing readings of a point', querystring: Query, response: { 200: Answer } } },
    async ({ query }) => {
      const { id, every } = sitePoint(site, query.point);
      const { from, to } = parseSpan(query, clock.wall(), DAY);
      return { gaps: await journal.history.gaps(id, from, to, every) };
    },
  );
}
