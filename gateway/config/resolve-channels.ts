import type { Way } from '#model/channel';
import { isId } from '#model/point';
import type { SiteChannel } from '#model/site';
import type { Text } from '#model/text';
import { type Conforming, conform, isMapping } from './conform.ts';
import { suggest } from './nearest.ts';
import { nodeOf } from './schema-node.ts';
import type { SiteFile } from './site-file.ts';
import type { World } from './world.ts';

const ID_FORM: Text = {
  zh: '应为小写字母、数字和单个连字符，如 night-group',
  en: 'lower-case letters, digits and single hyphens, such as night-group',
};

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
    if (!isId(name)) {
      const message = { zh: `"${name}" 不能用作渠道的名称`, en: `"${name}" is not a name for a channel` };
      world.mistakes.add(path, message, ID_FORM);
    }
    if (channel === undefined) {
      const at = use === name ? path : [...path, 'use'];
      world.mistakes.add(at, noChannel(use), suggest(use, world.channels.keys()));
      continue;
    }
    const schema = { title: `the channel ${use}`, zh: `渠道 ${use}`, ...nodeOf(channel.options) };
    channels[name] = { use, options: conform(schema, options, path, conforming) };
  }
  return channels;
}

export const noChannel = (name: string): Text => ({
  zh: `没有渠道 "${name}"`,
  en: `there is no channel "${name}"`,
});

/** The channel that stands under this name; undefined when there is none or its folder is unknown. */
export const channelNamed = (name: string, { channels }: SiteFile, world: World): Way | undefined =>
  Object.hasOwn(channels, name) ? world.channels.get(splitUse(name, channels[name]).use) : undefined;

/** `use` names the folder where the key is a name of the site's own. */
function splitUse(name: string, given: unknown): { use: string; options: unknown } {
  if (!isMapping(given) || !Object.hasOwn(given, 'use')) return { use: name, options: given ?? {} };
  const { use, ...options } = given;
  return { use: String(use), options };
}
