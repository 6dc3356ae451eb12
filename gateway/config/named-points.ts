import { type PointId, splitPointId } from '#model/point';
import type { SiteDevice } from '#model/site';
import type { Path } from './mistakes.ts';
import { suggest } from './nearest.ts';
import type { World } from './world.ts';

/** Finds points by the names that a site file uses for them. A device that has mistakes of its own is not there. */
export class NamedPoints {
  readonly #points: ReadonlySet<PointId>;
  readonly #byDevice: ReadonlyMap<string, readonly PointId[]>;
  /** Ids of all devices of the file, also of those with mistakes. */
  readonly #devices: ReadonlySet<string>;
  readonly #world: World;

  constructor(devices: readonly SiteDevice[], all: readonly string[], world: World) {
    this.#byDevice = new Map(devices.map(({ id, points }) => [id, points.map((point) => point.id)]));
    this.#points = new Set([...this.#byDevice.values()].flat());
    this.#devices = new Set(all);
    this.#world = world;
  }

  one(name: string, path: Path): PointId {
    if (!this.#points.has(name)) this.#refuse(name, path);
    return name;
  }

  /** A point's name stands for itself, a device's for all its points. */
  all(names: readonly string[], path: Path): PointId[] {
    const found = names.flatMap((name, index) => {
      const ofDevice = this.#byDevice.get(name);
      if (ofDevice === undefined && !this.#points.has(name)) this.#refuse(name, [...path, index]);
      return ofDevice ?? [name];
    });
    return [...new Set(found)];
  }

  #refuse(name: string, path: Path): void {
    const device = splitPointId(name)?.device ?? name;
    const unread = this.#devices.has(device) && !this.#byDevice.has(device);
    // What is wrong with the device itself is said there.
    if (unread) return;
    const known = [...this.#points, ...this.#byDevice.keys()];
    const message = { zh: `没有测点 "${name}"`, en: `there is no point "${name}"` };
    this.#world.mistakes.add(path, message, suggest(name, known));
  }
}
