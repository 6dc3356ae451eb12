import type { Way } from '#model/channel';
import { isId } from '#model/point';
import type { SiteChannel } from '#model/site';
import { type Conforming, conform, isMapping } from './conform.ts';
import { suggest } from './nearest.ts';
import { nodeOf } from './schema-node.ts';
import type { SiteFile } from './site-file.ts';
import type { World } from './world.ts';

const ID_FORM = 'lower-case letters, digits and single hyphens, such as night-group';

/** Each channel's options, judged by the channel's own schema. */
export function resolveChannels(
  file: SiteFile,
  world: World,
  conforming: Conforming,
): Record<string, SiteChannel> {
  const channels: Record<string, SiteChannel> = {};
  for (const [name, given] of Object.entries(file.channels)) {
    const { use, options } = splitUse(name, given);
    const channel = world.channels.get(use);
    const path = ['channels', name];
    // It names a folder of the channel's own, too.
    if (!isId(name)) world.mistakes.add(path, `"${name}" is not a name for a channel`, ID_FORM);
    if (channel === undefined) {
      const at = use === name ? path : [...path, 'use'];
      world.mistakes.add(at, `there is no channel "${use}"`, suggest(use, world.channels.keys()));
      continue;
    }
    const schema = { title: `the channel ${use}`, ...nodeOf(channel.options) };
    channels[name] = { use, options: conform(schema, options, path, conforming) };
  }
  return channels;
}

/** The channel that stands under this name; undefined when there is none or its folder is unknown. */
export const channelNamed = (name: string, { channels }: SiteFile, world: World): Way | undefined =>
  Object.hasOwn(channels, name) ? world.channels.get(splitUse(name, channels[name]).use) : undefined;

/** `use` names the folder where the key is a name of the site's own. */
function splitUse(name: string, given: unknown): { use: string; options: unknown } {
  if (!isMapping(given) || !Object.hasOwn(given, 'use')) return { use: name, options: given ?? {} };
  const { use, ...options } = given;
  return { use: String(use), options };
}
