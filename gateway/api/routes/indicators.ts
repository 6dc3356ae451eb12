import { Type } from 'typebox';
import type { Scene } from '#model/channel';
import { HygateError } from '#model/errors';
import type { IndicatorState, Indicators } from '#model/indicator';
import { SEVERITIES, type Severity } from '#model/standard';
import { parseDuration, SECOND } from '#model/time';
import { userOf } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import { TextShape } from '../shapes/alarm.ts';
import { listOf, numberOrNull, TimeText, textOrNull } from '../shapes/shape.ts';
import { parseTime } from '../time-query.ts';

const LONGEST_TEST = 30 * SECOND;

const SeverityOrNull = Type.Unsafe<Severity | null>({
  anyOf: [{ type: 'string', enum: [...SEVERITIES] }, { type: 'null' }],
});

const SceneShape = Type.Unsafe<Scene>(
  Type.Object({ unacknowledged: SeverityOrNull, active: SeverityOrNull }, { title: 'Scene' }),
);

const IndicatorShape = Type.Unsafe<IndicatorState>(
  Type.Object(
    {
      name: Type.String(),
      title: TextShape,
      scene: Type.Union([SceneShape, Type.Null()]),
      trouble: textOrNull({ description: 'Why it does not show the alarms of the moment' }),
      mutedUntil: numberOrNull({ description: 'Until when its sound is off' }),
    },
    { title: 'Indicator' },
  ),
);

const Params = Type.Object({ name: Type.String({ minLength: 1, maxLength: 128 }) });
const Answer = Type.Object({ indicators: listOf(IndicatorShape) });
const MuteBody = Type.Object({ until: TimeText }, { additionalProperties: false });
const TestBody = Type.Object(
  { length: Type.Optional(Type.String({ description: 'Such as 5s, which is usual; 30s at most' })) },
  { additionalProperties: false },
);

/** GET /indicators; POST /indicators/:name/mute and /test: sound and light on the spot. */
export function indicatorsRoutes(server: Server, { indicators }: ApiOptions): void {
  server.get(
    '/indicators',
    { schema: { summary: 'Sound and light on the spot', response: { 200: Answer } } },
    async () => ({ indicators: indicators?.list() ?? [] }),
  );
  muteRoute(server, indicators);
  testRoute(server, indicators);
}

function muteRoute(server: Server, indicators: Indicators | undefined): void {
  const schema = {
    ...{ summary: 'Silence an indicator for a while', params: Params, body: MuteBody },
    response: { 200: IndicatorShape },
  };
  server.post('/indicators/:name/mute', { config: { access: 'operator' }, schema }, async (request) => {
    const { name } = request.params;
    const until = parseTime(request.body.until, 'until');
    return known(indicators, name).mute(name, until, userOf(request).name);
  });
}

function testRoute(server: Server, indicators: Indicators | undefined): void {
  const schema = {
    ...{ summary: 'Put an indicator on for a moment; answers afterwards', params: Params, body: TestBody },
    response: { 200: IndicatorShape },
  };
  server.post('/indicators/:name/test', { config: { access: 'operator' }, schema }, async (request) => {
    const { name } = request.params;
    const length = parseDuration(request.body.length ?? '5s');
    if (length === undefined || length > LONGEST_TEST) {
      throw new HygateError('request-invalid', 'length must be a length of time of at most 30s, such as 5s.');
    }
    return known(indicators, name).test(name, length, userOf(request).name);
  });
}

function known(indicators: Indicators | undefined, name: string): Indicators {
  if (indicators !== undefined) return indicators;
  throw new HygateError('indicator-unknown', `The site has no indicator "${name}".`);
}
