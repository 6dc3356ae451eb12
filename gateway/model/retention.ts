import { type DeviceId, type PointId, splitPointId } from './point.ts';
import type { AreaKind, Keep, Site } from './site.ts';
import type { Text } from './text.ts';
import type { EpochMs } from './time.ts';

export interface RetentionRule {
  /** The least; a site may keep longer. */
  readonly keep: Keep;
  /** Where it is written, and how sure we are of it: S read in the source, M from memory, E our own practice. */
  readonly basis: Text;
  readonly certainty: string;
}

const LOCAL: Text = { zh: '地方规定：2-3 年', en: 'local rules: 2-3 years' };

/** The least time for readings, by what is watched. Alarms and what people did lie beside them and go with them. */
export const RETENTION: Readonly<Record<AreaKind, RetentionRule>> = {
  // Expiry + 5 years; 3 years is the longest usual shelf life, which is our assumption.
  'cold-chain': {
    keep: { years: 8 },
    basis: { zh: '疫苗管理法：疫苗有效期满后 5 年', en: '疫苗管理法: vaccine expiry + 5 years' },
    certainty: 'S2, shelf life E',
  },
  // The electronic manifest is kept for 10 years (令 23); it is no reading.
  'medical-waste': {
    keep: { years: 3 },
    basis: { zh: '医疗废物管理条例、办法：登记与交接', en: '医疗废物管理条例, 办法: register, hand-over' },
    certainty: 'S2',
  },
  wastewater: {
    keep: { years: 5 },
    basis: {
      zh: '排污许可管理条例第 21 条：原始监测记录',
      en: '排污许可管理条例 art. 21: raw monitoring records',
    },
    certainty: 'M+',
  },
  radiation: {
    keep: null,
    basis: { zh: 'GB 18871、辐射函〔2023〕20号：长期保存', en: 'GB 18871, 辐射函〔2023〕20号: keep' },
    certainty: 'S',
  },
  'drinking-water': { keep: { years: 3 }, basis: LOCAL, certainty: 'M' },
  'pool-water': { keep: { years: 3 }, basis: LOCAL, certainty: 'M' },
  other: {
    keep: { years: 3 },
    basis: { zh: '取其他各类中最短的', en: 'as the shortest of the others' },
    certainty: 'E',
  },
};

/** For how long each device's readings are kept. */
export interface RetentionPlan {
  readonly devices: Readonly<Record<DeviceId, Keep>>;
  /** Of whatever the site no longer knows: the longest of all. */
  readonly unknown: Keep;
}

export function retentionPlan({
  areas,
  devices,
  retention,
}: Pick<Site, 'areas' | 'devices' | 'retention'>): RetentionPlan {
  const kinds = new Map(areas.map(({ id, kind }) => [id, kind]));
  const unknown = longestOf(Object.values(retention));
  const keepOf = (kind: AreaKind | undefined) => (kind === undefined ? unknown : retention[kind]);
  return {
    unknown,
    devices: Object.fromEntries(devices.map(({ id, area }) => [id, keepOf(kinds.get(area))])),
  };
}

export function keepOfPoint({ devices, unknown }: RetentionPlan, point: PointId): Keep {
  const device = splitPointId(point)?.device ?? '';
  const keep = devices[device];
  return keep === undefined ? unknown : keep;
}

/** What is older may go. Minus infinity when nothing ever may. */
export function horizonOf(keep: Keep, now: EpochMs): EpochMs {
  if (keep === null) return Number.NEGATIVE_INFINITY;
  const date = new Date(now);
  if ('years' in keep) date.setUTCFullYear(date.getUTCFullYear() - keep.years);
  else date.setUTCDate(date.getUTCDate() - keep.days);
  return date.getTime();
}

/** The most days that it can come to. */
const daysOf = (keep: Keep): number =>
  keep === null ? Number.POSITIVE_INFINITY : 'days' in keep ? keep.days : Math.ceil(keep.years * 365.25);

export const isShorter = (keep: Keep, than: Keep): boolean => daysOf(keep) < daysOf(than);

/** For ever when there is none to choose from. */
export const longestOf = (keeps: readonly Keep[]): Keep =>
  keeps.length === 0 ? null : keeps.reduce((longest, keep) => (isShorter(longest, keep) ? keep : longest));

/** Reads `5y`, `2000d`, `ever`; undefined when the text is none of these. */
export function parseKeep(text: string): Keep | undefined {
  if (text === 'ever') return null;
  const [, count = '', unit] = /^(\d{1,5})([yd])$/.exec(text) ?? [];
  if (unit === undefined) return undefined;
  return unit === 'y' ? { years: Number(count) } : { days: Number(count) };
}

export const keepText = (keep: Keep): string =>
  keep === null ? 'ever' : 'days' in keep ? `${keep.days}d` : `${keep.years}y`;

/** What a site keeps that asks for nothing more. */
export const leastRetention = (): Readonly<Record<AreaKind, Keep>> =>
  Object.fromEntries(Object.entries(RETENTION).map(([kind, { keep }]) => [kind, keep])) as Record<
    AreaKind,
    Keep
  >;
