import type { PointSpec } from '#model/driver';
import type { LimitTable } from '#model/limit-table';
import type { DeviceId } from '#model/point';
import type { Rule } from '#model/rule';
import type { Ms } from '#model/time';
import { appliesTo, findTable } from './limit-tables.ts';
import type { LimitsFile } from './limits-file.ts';
import type { Path } from './mistakes.ts';
import { suggest } from './nearest.ts';
import { furtherRules } from './resolve-further.ts';
import { noDataRule } from './resolve-silence.ts';
import { zoneRules } from './resolve-zones.ts';
import { ms, type World } from './world.ts';

export interface Watched {
  readonly id: DeviceId;
  readonly specs: readonly PointSpec[];
  readonly every: Ms;
  readonly limits: LimitsFile | undefined;
  /** Of the device. */
  readonly path: Path;
}

interface Limits {
  readonly file: Exclude<LimitsFile, string>;
  readonly path: Path;
  /** Where the table is named. */
  readonly usePath: Path;
  readonly table: LimitTable | undefined;
}

/** The rules of each of the device's points, by key. */
export function resolveRules(watched: Watched, world: World): ReadonlyMap<string, readonly Rule[]> {
  const limits = limitsOf(watched, world);
  const { specs, every } = watched;
  refuseUnknownPoints(specs, limits, world);
  refuseShortSilence(every, limits, world);
  return new Map(specs.map((spec) => [spec.key, rulesOf(spec, watched, limits, world)]));
}

function limitsOf({ limits = {}, specs, path: device }: Watched, world: World): Limits {
  const path = [...device, 'limits'];
  const file = typeof limits === 'string' ? { use: limits } : limits;
  const usePath = typeof limits === 'string' ? path : [...path, 'use'];
  const table = file.use === undefined ? undefined : findTable(file.use, usePath, world);
  if (table !== undefined && !specs.some((spec) => appliesTo(table, spec))) {
    const message = {
      zh: `${file.use} 没有适用于此设备任何测点的限值`,
      en: `${file.use} has no limit for any point of this device`,
    };
    world.mistakes.add(usePath, message, { zh: '请换一张限值表', en: 'choose another table' });
  }
  return { file, path, usePath, table };
}

function rulesOf(spec: PointSpec, { id, specs, every }: Watched, limits: Limits, world: World): Rule[] {
  const { points = {}, 'no-data': silence } = limits.file;
  const own = Object.hasOwn(points, spec.key) ? points[spec.key] : undefined;
  const path = own === undefined ? limits.usePath : [...limits.path, 'points', spec.key];
  const table = own?.use === undefined ? limits.table : findTable(own.use, [...path, 'use'], world);
  const noData = noDataRule(limits.table, every, silence === undefined ? undefined : ms(silence));
  const limited = { spec, table, file: own ?? {}, path };
  const zones = zoneRules(limited, world);
  const further = { ...limited, device: id, siblings: specs, every, zones, silence: noData.severity };
  return [...zones, noData, ...furtherRules(further, world)];
}

function refuseShortSilence(every: Ms, { file, path }: Limits, { mistakes }: World): void {
  const silence = file['no-data'];
  if (silence === undefined || ms(silence) >= every) return;
  const at = [...path, 'no-data'];
  const message = { zh: '短于读取周期', en: 'is shorter than the period of the readings' };
  mistakes.add(at, message, { zh: '请写更长的时间', en: 'give a longer time' });
}

function refuseUnknownPoints(specs: readonly PointSpec[], { file, path }: Limits, { mistakes }: World): void {
  const known = new Set(specs.map(({ key }) => key));
  for (const key of Object.keys(file.points ?? {})) {
    if (known.has(key)) continue;
    const message = { zh: `此设备没有测点 "${key}"`, en: `this device has no point "${key}"` };
    mistakes.add([...path, 'points', key], message, suggest(key, known));
  }
}
