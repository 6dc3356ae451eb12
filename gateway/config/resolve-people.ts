import type { Way } from '#model/channel';
import type { Person, SiteChannel } from '#model/site';
import { type Conforming, conform } from './conform.ts';
import type { Path } from './mistakes.ts';
import { suggest } from './nearest.ts';
import { nodeOf } from './schema-node.ts';
import type { SiteFile } from './site-file.ts';
import { refuseRepeats, type World } from './world.ts';

/** Each channel's options, judged by the channel's own schema. */
export function resolveChannels(
  file: SiteFile,
  world: World,
  conforming: Conforming,
): Record<string, SiteChannel> {
  const options: Record<string, SiteChannel> = {};
  for (const [name, given] of Object.entries(file.channels)) {
    const channel = world.channels.get(name);
    if (channel === undefined) {
      const fix = suggest(name, world.channels.keys());
      world.mistakes.add(['channels', name], `there is no channel "${name}"`, fix);
      continue;
    }
    const schema = { title: `the channel ${name}`, ...nodeOf(channel.options) };
    options[name] = { use: name, options: conform(schema, given ?? {}, ['channels', name], conforming) };
  }
  return options;
}

export function resolvePeople(file: SiteFile, world: World): Person[] {
  const named = file.people.map(({ id }, index) => ({ name: id, path: ['people', index, 'id'] }));
  refuseRepeats('person', named, world);
  file.people.forEach(({ channels }, index) => {
    channels.forEach((name, place) => {
      checkChannel(file, { name, person: index, path: ['people', index, 'channels', place] }, world);
    });
  });
  return file.people.map(personOf);
}

/** A number is kept as it is dialled: blanks and hyphens are for the eye. */
const personOf = ({ phone, ...person }: SiteFile['people'][number]): Person => ({
  ...person,
  ...(phone !== undefined && { phone: phone.replace(/[ -]/g, '') }),
});

interface Wish {
  readonly name: string;
  readonly person: number;
  readonly path: Path;
}

function checkChannel(file: SiteFile, { name, person, path }: Wish, world: World): void {
  const channel = world.channels.get(name);
  if (channel === undefined) {
    world.mistakes.add(path, `there is no channel "${name}"`, suggest(name, world.channels.keys()));
  } else if (!Object.hasOwn(file.channels, name)) {
    world.mistakes.add(path, `the channel ${name} is not set up`, `give its options under channels.${name}`);
  } else {
    for (const need of missing(channel, file.people[person])) {
      world.mistakes.add(path, `the channel ${name} needs the person’s ${need}`, `give ${need}`);
    }
  }
}

const missing = (channel: Way, person: SiteFile['people'][number] | undefined) =>
  channel.kind === 'indicator' ? [] : channel.needs.filter((need) => person?.[need] === undefined);
