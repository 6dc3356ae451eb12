import { Type } from 'typebox';
import type { Duty, Rota } from '#model/oncall';
import type { Site } from '#model/site';
import type { EpochMs } from '#model/time';
import type { ApiOptions, Server } from '../server.ts';
import { EpochMsShape, listOf, TimeText } from '../shapes/shape.ts';
import { parseTime } from '../time-query.ts';

const Query = Type.Object({ at: Type.Optional(TimeText) }, { additionalProperties: false });

const PersonShape = Type.Object({ id: Type.String(), name: Type.String() }, { title: 'OnCallPerson' });

const TurnShape = Type.Object(
  {
    shift: Type.String({ description: 'Id of the shift; gap: there is none at that time' }),
    name: Type.String({ description: 'Of the shift' }),
    from: EpochMsShape,
    to: EpochMsShape,
    people: Type.Array(PersonShape, { description: 'Nobody in a gap: then everybody of the rota is told' }),
  },
  { title: 'Turn' },
);

const RotaShape = Type.Object(
  {
    rota: Type.String(),
    name: Type.String(),
    now: TurnShape,
    outgoing: Type.Array(TurnShape, { description: 'Who just went and is still told, until `to`' }),
    next: TurnShape,
  },
  { title: 'OnCall' },
);

const Answer = Type.Object({ at: EpochMsShape, rotas: listOf(RotaShape) });

/** GET /oncall: who is on call at a moment (now when not said), until when, and who takes over. */
export function oncallRoute(server: Server, { site, onCall, clock }: ApiOptions): void {
  const answer = (rota: Rota, at: EpochMs) => {
    const dutiesAt = (moment: EpochMs) => onCall.at(moment).filter((duty) => duty.rota === rota.id);
    const [now, ...outgoing] = dutiesAt(at);
    const [next] = now === undefined ? [] : dutiesAt(now.to);
    if (now === undefined || next === undefined) return [];
    const told = (duty: Duty) => turnOf(site, rota, duty);
    return [
      { rota: rota.id, name: rota.name, now: told(now), outgoing: outgoing.map(told), next: told(next) },
    ];
  };
  server.get(
    '/oncall',
    {
      schema: {
        summary: 'Who is on call, and the next handover',
        querystring: Query,
        response: { 200: Answer },
      },
    },
    async ({ query }) => {
      const at = query.at === undefined ? clock.wall() : parseTime(query.at, 'at');
      return { at, rotas: site.rotas.flatMap((rota) => answer(rota, at)) };
    },
  );
}

const turnOf = ({ people }: Site, rota: Rota, { shift, from, to, people: ids }: Duty) => ({
  ...{ shift, from, to },
  name: rota.shifts.find(({ id }) => id === shift)?.name ?? shift,
  people: ids.map((id) => ({ id, name: people.find((person) => person.id === id)?.name ?? id })),
});
