import type { Way } from '#model/channel';
import type { Person } from '#model/site';
import type { Path } from './mistakes.ts';
import { suggest } from './nearest.ts';
import { channelNamed } from './resolve-channels.ts';
import type { SiteFile } from './site-file.ts';
import { refuseRepeats, type World } from './world.ts';

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
  const { mistakes, channels } = world;
  const channel = channelNamed(name, file, world);
  if (Object.hasOwn(file.channels, name)) {
    // Where the folder is unknown, that is said at the channel.
    if (channel === undefined) return;
    if (channel.kind === 'indicator') {
      mistakes.add(path, `${name} is sound and light on the spot, not a way to a person`, 'leave it out');
    }
    for (const need of missing(channel, file.people[person])) {
      mistakes.add(path, `the channel ${name} needs the person’s ${need}`, `give ${need}`);
    }
  } else if (channels.has(name)) {
    mistakes.add(path, `the channel ${name} is not set up`, `give its options under channels.${name}`);
  } else {
    const known = [...channels.keys(), ...Object.keys(file.channels)];
    mistakes.add(path, `there is no channel "${name}"`, suggest(name, known));
  }
}

const missing = (channel: Way, person: SiteFile['people'][number] | undefined) =>
  channel.kind === 'indicator' ? [] : channel.needs.filter((need) => person?.[need] === undefined);
