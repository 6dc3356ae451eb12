import { Type } from 'typebox';
import type { ApiOptions, Server } from '../server.ts';
import { ReadingShape } from '../shapes/reading.ts';
import { EpochMsShape, listOf } from '../shapes/shape.ts';

const NowShape = Type.Object({ now: EpochMsShape, readings: listOf(ReadingShape) });

/** GET /now: the newest reading of each point. */
export function nowRoute(server: Server, { live, clock }: ApiOptions): void {
  server.get(
    '/now',
    { schema: { summary: 'The newest reading of each point', response: { 200: NowShape } } },
    async () => ({ now: clock.wall(), readings: [...live.all()] }),
  );
}
