import type { Path } from './mistakes.ts';
import { suggest } from './nearest.ts';
import type { SiteFile } from './site-file.ts';
import type { World } from './world.ts';

/** Notes it when nobody of that id can be told: `id` stands at the path. */
export type RefuseUncallable = (id: string, path: Path) => void;

/** For places where a person stands. */
export function refuseStrangers(file: SiteFile, { mistakes }: World): RefuseUncallable {
  const people = new Map(file.people.toReversed().map((person) => [person.id, person]));
  return (id, path) => {
    const person = people.get(id);
    if (person === undefined) {
      const message = { zh: `没有人员 "${id}"`, en: `there is no person "${id}"` };
      mistakes.add(path, message, suggest(id, people.keys()));
    } else if (person.channels.length === 0) {
      mistakes.add(
        path,
        { zh: `无法通知 ${id}：没有渠道`, en: `${id} cannot be reached: no channels` },
        { zh: `请在 people 中给 ${id} 写上 channels`, en: `give channels for ${id} under people` },
      );
    }
  };
}

/** For places where a person or a rota stands. */
export function refuseUncallable(file: SiteFile, world: World): RefuseUncallable {
  const rotas = new Set(file.rotas.map(({ id }) => id));
  const known = new Set(file.people.map(({ id }) => id));
  const refuseStranger = refuseStrangers(file, world);
  return (id, path) => {
    if (rotas.has(id)) return;
    if (known.has(id) || rotas.size === 0) return refuseStranger(id, path);
    const message = { zh: `没有人员或排班 "${id}"`, en: `there is no person and no rota "${id}"` };
    world.mistakes.add(path, message, suggest(id, [...known, ...rotas]));
  };
}
