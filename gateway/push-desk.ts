import { join } from 'node:path';
import type { PushDesk } from '#model/push';
import type { Site } from '#model/site';
import type { Options } from '../alerts/channels/web-push/channel.ts';
import { PushFolder } from '../alerts/channels/web-push/push-folder.ts';

/** Where people sign up for notifications of the browser: the folder of the channel that sends them. Null without one. */
export function pushDeskOf(site: Site, channelsDir: string): PushDesk | null {
  const found = Object.entries(site.channels).find(([, { use }]) => use === 'web-push');
  if (found === undefined) return null;
  const [name, { options }] = found;
  return new PushFolder(join(channelsDir, name), (options as Options).services);
}
