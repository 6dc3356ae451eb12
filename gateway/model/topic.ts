import type { DeviceId, PointId } from './point.ts';
import { splitPointId } from './point.ts';

/** The topics of one site. Nothing else is published or accepted. */
export interface Topics {
  /** Readings come in here: `hygate/<site>/in/<device>`. */
  in(device: DeviceId): string;
  /** The live value of a point, retained. */
  now(point: PointId): string;
  /** The state of an alarm, retained until it ends. */
  alarm(id: string): string;
  /** `{"state":"online"|"offline"}`, retained. */
  readonly status: string;
  /** The journal's newest signed root, retained. */
  readonly signedRoot: string;
  /** Everything that a reader may subscribe to starts so. */
  readonly root: string;
  /** The device of an `in` topic of this site; undefined for any other topic. */
  deviceOf(topic: string): DeviceId | undefined;
}

export function topicsOf(site: string): Topics {
  const root = `hygate/${site}/`;
  const inRoot = `${root}in/`;
  return {
    in: (device) => inRoot + device,
    now(point) {
      const parts = splitPointId(point);
      return parts === undefined ? `${root}now/${point}` : `${root}now/${parts.device}/${parts.key}`;
    },
    alarm: (id) => `${root}alarm/${id}`,
    status: `${root}status`,
    signedRoot: `${root}signed-root`,
    root,
    deviceOf(topic) {
      if (!topic.startsWith(inRoot)) return undefined;
      const device = topic.slice(inRoot.length);
      return device === '' || device.includes('/') ? undefined : device;
    },
  };
}
