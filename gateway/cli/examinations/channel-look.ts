import { DeliveryError, type Way } from '#model/channel';
import type { SiteChannel } from '#model/site';
import type { ChannelFacts } from '../../doctor/channels.ts';
import { endpointsIn } from '../../doctor/endpoint.ts';
import { reach } from './reach-look.ts';

/** A way to people or a light: whether it is there, and lets us in. Nothing is sent, nothing is switched. */
export async function lookAtChannel(
  name: string,
  { options }: SiteChannel,
  way: Way | undefined,
): Promise<ChannelFacts> {
  const reaches = await Promise.all(endpointsIn(options).map(reach));
  const there = reaches.every(({ error }) => error === null);
  return {
    ...{ name, reaches, indicator: way?.kind === 'indicator' },
    refusal: there && way?.kind === 'messenger' ? await refusalOf(way.knock?.(options)) : null,
  };
}

async function refusalOf(knock: Promise<void> | undefined): Promise<string | null> {
  try {
    await knock;
    return null;
  } catch (error) {
    if (error instanceof DeliveryError) return error.message;
    throw error;
  }
}
