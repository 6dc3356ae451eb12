import type { Alarm } from '#model/alarm';
import type { PointId } from '#model/point';
import type { Quantity } from '#model/quantity';
import { ruleName } from '#model/rule';
import type { Site } from '#model/site';
import type { Text } from '#model/text';
import type { Speech } from './speech.ts';

/** The names behind an alarm; ids stand in for what is no longer in the site file. */
export interface Place {
  readonly site: Text;
  readonly area: Text;
  readonly device: Text;
  readonly point: Text;
  readonly quantity: Quantity;
}

export function placeOf(site: Site, id: PointId): Place {
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

/** Device and point, or the site, by which a gateway is known: whoever has two must see which of them it is. */
function shortPlace({ rule }: Alarm, { site, device, point }: Place, speech: Speech): string {
  const names = rule.kind === 'condition' ? [site] : [device, point];
  return names.map((name) => speech.of(name)).join(' ');
}

export function longPlace({ rule }: Alarm, { site, area, device, point }: Place, speech: Speech): string {
  const names = rule.kind === 'condition' ? [site] : [site, area, device, point];
  return names.map((name) => speech.of(name)).join(' / ');
}

/** What is wrong where, in one line. */
export const headline = (alarm: Alarm, place: Place, speech: Speech): string =>
  `${shortPlace(alarm, place, speech)} ${speech.of(ruleName(alarm.rule, place.quantity))}`;
