import { type TSchema, Type } from 'typebox';
import type { AlarmPolicy } from '#model/alarm';
import type { Protocol } from '#model/driver';
import type { DeviceState } from '#model/live';
import { type Quantity, quantities, quantitySpec } from '#model/quantity';
import type { Area, AreaKind, Site, SiteDevice, SitePoint } from '#model/site';
import { SEVERITIES, type Severity } from '#model/standard';
import { RuleShape, TextShape } from './alarm.ts';
import { EpochMsShape, listOf, numberOrNull, oneOf, PointIdShape } from './shape.ts';

const AREA_KINDS: readonly AreaKind[] = [
  'medical-waste',
  'drinking-water',
  'pool-water',
  'wastewater',
  'radiation',
  'cold-chain',
  'other',
];

const AreaShape = Type.Unsafe<Area>(
  Type.Object({ id: Type.String(), name: TextShape, kind: oneOf(AREA_KINDS) }, { title: 'Area' }),
);

const PointShape = Type.Unsafe<SitePoint & { readonly unit: string; readonly symbol: string }>(
  Type.Object(
    {
      id: PointIdShape,
      key: Type.String(),
      device: Type.String(),
      area: Type.String(),
      name: TextShape,
      quantity: oneOf(Object.keys(quantities) as Quantity[]),
      unit: Type.String({ description: 'UCUM code; empty for a state' }),
      symbol: Type.String({ description: 'The unit as people read it' }),
      range: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
      every: Type.Integer({ description: 'ms between two expected readings' }),
      rules: Type.Array(RuleShape),
    },
    { title: 'Point' },
  ),
);

const DeviceShape = Type.Object(
  {
    id: Type.String(),
    area: Type.String(),
    name: TextShape,
    driver: Type.String(),
    protocol: oneOf<Protocol>(['modbus', 'opcua', 'mqtt']),
    every: Type.Integer({ description: 'ms' }),
    points: listOf(PointShape),
  },
  { title: 'Device' },
);

export const DeviceStateShape = Type.Unsafe<DeviceState>(
  Type.Object(
    {
      device: Type.String(),
      up: Type.Boolean(),
      why: Type.String({ description: 'What is wrong, for people; empty when up' }),
      since: EpochMsShape,
      roundTrip: numberOrNull({ description: 'ms' }),
    },
    { title: 'DeviceState' },
  ),
);

const bySeverity = (value: TSchema) =>
  Type.Object(Object.fromEntries(SEVERITIES.map((severity: Severity) => [severity, value])));

const PolicyShape = Type.Unsafe<AlarmPolicy>(
  Type.Object(
    {
      acknowledgedFor: bySeverity(
        numberOrNull({ description: 'ms; null: an acknowledgement does not expire' }),
      ),
      shelvedFor: bySeverity(Type.Integer({ description: 'ms at most' })),
      twoPersons: Type.Array(oneOf(SEVERITIES), { description: 'Shelved by two persons only' }),
    },
    { title: 'AlarmPolicy' },
  ),
);

export const SiteShape = Type.Object(
  {
    id: Type.String(),
    name: TextShape,
    region: listOf(Type.String()),
    version: Type.String({ description: 'Of the gateway' }),
    areas: listOf(AreaShape),
    devices: listOf(DeviceShape),
    policy: PolicyShape,
    states: listOf(DeviceStateShape),
  },
  { title: 'Site' },
);

/** What clients may know of the site: never its links, which hold addresses and secrets. */
export const publicSite = ({ id, name, region, areas, devices, policy }: Site) => ({
  id,
  name,
  region,
  areas,
  policy,
  devices: devices.map(publicDevice),
});

const publicDevice = ({ id, area, name, driver, link, every, points }: SiteDevice) => ({
  id,
  area,
  name,
  driver,
  protocol: link.protocol,
  every,
  points: points.map((point) => {
    const { unit, symbol } = quantitySpec(point.quantity);
    return { ...point, unit, symbol };
  }),
});
