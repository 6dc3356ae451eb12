import type { Alarm } from './alarm.ts';
import type { PointId } from './point.ts';
import type { Quantity } from './quantity.ts';
import { ruleName } from './rule.ts';
import type { Site } from './site.ts';
import type { Text } from './text.ts';

/** The names behind a point; its id stands in for what is no longer in the site file. */
export interface Place {
  readonly site: Text;
  readonly area: Text;
  readonly device: Text;
  readonly point: Text;
  readonly quantity: Quantity;
}

export function placeOf(site: Pick<Site, 'name' | 'areas' | 'devices'>, id: PointId): Place {
  const device = site.devices.find(({ points }) => points.some((point) => point.id === id));
  const point = device?.points.find((candidate) => candidate.id === id);
  const area = site.areas.find((candidate) => candidate.id === point?.area);
  const unknown = { zh: id, en: id };
  return {
    site: site.name,
    area: area?.name ?? { zh: '—', en: '—' },
    device: device?.name ?? unknown,
    point: point?.name ?? unknown,
    quantity: point?.quantity ?? 'number',
  };
}

/**
 * What is wrong where, in one line: device and point, or the site, by which a gateway is known: whoever has two must see
 * which of them it is.
 */
export function headlineOf({ rule }: Pick<Alarm, 'rule'>, { site, device, point, quantity }: Place): Text {
  const words = [...(rule.kind === 'condition' ? [site] : [device, point]), ruleName(rule, quantity)];
  return { zh: words.map(({ zh }) => zh).join(' '), en: words.map(({ en }) => en).join(' ') };
}
