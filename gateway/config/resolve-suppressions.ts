import type { Rule } from '#model/rule';
import type { SiteDevice, Suppression } from '#model/site';
import type { SuppressFile } from './dealing-file.ts';
import type { NamedPoints } from './named-points.ts';
import type { World } from './world.ts';

/** A device without power cannot measure. */
const POWERLESS: readonly Rule['kind'][] = ['no-data', 'fault'];

/** What the site file says explains what, after what goes without saying. */
export function resolveSuppressions(
  files: readonly SuppressFile[],
  devices: readonly SiteDevice[],
  points: NamedPoints,
  world: World,
): Suppression[] {
  const own = files.map((file, index): Suppression => {
    const path = ['suppress', index];
    const by = points.one(file.by, [...path, 'by']);
    const explained = points.all(file.points, [...path, 'points']);
    if (explained.includes(by) && file.kinds.some((kind) => file['by-kinds'].includes(kind))) {
      const message = { zh: `${by} 会抑制自己的报警`, en: `${by} would explain its own alarms` };
      world.mistakes.add([...path, 'points'], message, { zh: '请删去', en: 'leave it out' });
    }
    return { by, byKinds: file['by-kinds'], points: explained, kinds: file.kinds };
  });
  return [...devices.flatMap(usual), ...own];
}

/**
 * Without power there are no data; a device that is silent altogether is one fact and not one for each of its points;
 * and a sensor that reports its own fault need not be said to be silent as well.
 */
function usual({ points }: SiteDevice): Suppression[] {
  const ids = points.map(({ id }) => id);
  const others = (than: string) => ids.filter((id) => id !== than);
  const powers = points.filter(({ quantity }) => quantity === 'power');
  const [first] = ids;
  return [
    ...powers.map(({ id }) => explanation(id, ['limit'], others(id), POWERLESS)),
    ...(first === undefined ? [] : [explanation(first, ['no-data'], others(first), ['no-data'])]),
    ...ids.map((id) => explanation(id, ['fault'], [id], ['no-data'])),
  ].filter((suppression) => suppression.points.length > 0);
}

const explanation = (
  by: string,
  byKinds: readonly Rule['kind'][],
  points: readonly string[],
  kinds: readonly Rule['kind'][],
): Suppression => ({ by, byKinds, points, kinds });
