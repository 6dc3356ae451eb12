import type { Way } from '#model/channel';
import type { Person } from '#model/site';
import type { Path } from './mistakes.ts';
import { suggest } from './nearest.ts';
import { channelNamed, noChannel } from './resolve-channels.ts';
import type { SiteFile } from './site-file.ts';
import { refuseRepeats, type World } from './world.ts';

export function resolvePeople(file: SiteFile, world: World): Person[] {
  const named = file.people.map(({ id }, index) => ({ name: id, path: ['people', index, 'id'] }));
  refuseRepeats({ zh: '另一名人员', en: 'person' }, named, world);
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
      const message = {
        zh: `${name} 是现场声光，不能通知到人`,
        en: `${name} is sound and light on the spot, not a way to a person`,
      };
      mistakes.add(path, message, { zh: '请删去', en: 'leave it out' });
    }
    for (const need of missing(channel, file.people[person])) {
      const message = {
        zh: `渠道 ${name} 需要此人的 ${need}`,
        en: `the channel ${name} needs the person’s ${need}`,
      };
      mistakes.add(path, message, { zh: `请写 ${need}`, en: `give ${need}` });
    }
  } else if (channels.has(name)) {
    mistakes.add(
      path,
      { zh: `渠道 ${name} 尚未设置`, en: `the channel ${name} is not set up` },
      { zh: `请在 channels.${name} 下写它的选项`, en: `give its options under channels.${name}` },
    );
  } else {
    const known = [...channels.keys(), ...Object.keys(file.channels)];
    mistakes.add(path, noChannel(name), suggest(name, known));
  }
}

const missing = (channel: Way, person: SiteFile['people'][number] | undefined) =>
  channel.kind === 'indicator' ? [] : channel.needs.filter((need) => person?.[need] === undefined);
