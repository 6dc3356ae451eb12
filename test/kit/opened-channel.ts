import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { Channel, OpenChannel } from '#model/channel';
import { type Clock, type Ms, realClock } from '#model/time';

/** A channel with the options of a site file, checked and filled in as the site file's are. */
export function opened<Options extends TSchema>(
  channel: Channel<Options>,
  options: object,
  clock: Clock = realClock,
): OpenChannel {
  const filled = Value.Default(channel.options, structuredClone(options));
  if (!Value.Check(channel.options, filled)) throw new Error(`${channel.name} does not take these options`);
  return channel.open(filled, { clock, dir: '/nonexistent' });
}

/** The real clock, with a wall that is wrong by so much. */
export const wrongBy = (error: Ms): Clock => ({ ...realClock, wall: () => realClock.wall() + error });
