import { Type } from 'typebox';
import type { AlarmPolicy } from '#model/alarm';
import { HygateError } from '#model/errors';
import type { SitePoint } from '#model/site';
import { userOf } from '../guard.ts';
import { type ApiOptions, type Server, sitePoint } from '../server.ts';
import { CommentText } from '../shapes/alarm.ts';
import { OutOfServiceShape } from '../shapes/out-of-service.ts';
import { listOf, PointIdShape, TimeText } from '../shapes/shape.ts';
import { parseTime } from '../time-query.ts';
import { includesRole, type User } from '../users/user.ts';

const Params = Type.Object({ id: PointIdShape });
const Body = Type.Object({ until: TimeText, comment: CommentText }, { additionalProperties: false });
const Query = Type.Object({ comment: Type.Optional(CommentText) }, { additionalProperties: false });
const Answer = Type.Object({ points: listOf(OutOfServiceShape) });

/** GET /out-of-service lists the points; POST and DELETE /points/:id/out-of-service take one out and back. */
export function outOfServiceRoutes(server: Server, { alarms, site }: ApiOptions): void {
  const answer = () => ({ points: alarms.outOfService() });
  server.get(
    '/out-of-service',
    { schema: { summary: 'Points out of service, of which nothing is told', response: { 200: Answer } } },
    async () => answer(),
  );
  server.post(
    '/points/:id/out-of-service',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Take a point out of service until a moment at most, with a reason',
        params: Params,
        body: Body,
        response: { 200: Answer },
      },
    },
    async (request) => {
      const point = sitePoint(site, request.params.id);
      refuseAlone(userOf(request), point, site.policy);
      const until = parseTime(request.body.until, 'until');
      const comment = request.body.comment.trim();
      await alarms.serve(point.id, userOf(request).name, { type: 'out-of-service', until, comment });
      return answer();
    },
  );
  server.delete(
    '/points/:id/out-of-service',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Put a point back in service',
        params: Params,
        querystring: Query,
        response: { 200: Answer },
      },
    },
    async (request) => {
      const { id } = sitePoint(site, request.params.id);
      const comment = (request.query.comment ?? '').trim();
      await alarms.serve(id, userOf(request).name, { type: 'in-service', comment });
      return answer();
    },
  );
}

/** Else it would be the way around the second person that a shelf needs. */
function refuseAlone({ name, role }: User, { id, rules }: SitePoint, { twoPersons }: AlarmPolicy): void {
  const grave = rules.find(({ severity }) => twoPersons.includes(severity));
  if (grave === undefined || includesRole(role, 'admin')) return;
  const why = `${id} has ${grave.severity} alarms, which nobody silences alone`;
  throw new HygateError(
    'not-allowed',
    `${why}: taking it out of service needs the role admin; "${name}" is ${role}.`,
  );
}
