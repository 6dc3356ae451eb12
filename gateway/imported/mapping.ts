import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { parseDocument } from 'yaml';
import { HygateError } from '#model/errors';
import type { PointId } from '#model/point';
import type { Site } from '#model/site';

const Wanted = Type.Object(
  {
    measurement: Type.String({ minLength: 1 }),
    field: Type.Optional(Type.String({ minLength: 1 })),
    tags: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** Into our unit: value × factor + offset. */
    factor: Type.Optional(Type.Number()),
    offset: Type.Optional(Type.Number()),
  },
  { additionalProperties: false },
);
const Mapping = Type.Record(Type.String(), Wanted);

/** Which series of the old database is which point of the site. */
export interface Series {
  readonly point: PointId;
  /** Of the point: what lies outside is refused. */
  readonly range: readonly [low: number, high: number];
  readonly measurement: string;
  readonly field: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly factor: number;
  readonly offset: number;
}

/** Reads a mapping file: point → measurement, field, tags. Throws `config-invalid`, naming what is wrong. */
export function parseMapping(text: string, site: Site): Series[] {
  const mapping = read(text);
  const points = new Map(site.devices.flatMap((device) => device.points.map((point) => [point.id, point])));
  return Object.entries(mapping).map(
    ([id, { measurement, field = 'value', tags = {}, factor = 1, offset = 0 }]) => {
      const point = points.get(id as PointId);
      if (point === undefined) throw wrong(`the site has no point "${id}"`);
      return { point: point.id, range: point.range, measurement, field, tags, factor, offset };
    },
  );
}

/** Every point of the site as a Hygate wrote it: measurement = quantity, tags device and point. */
export const ownMapping = (site: Site): Series[] =>
  site.devices.flatMap((device) =>
    device.points.map(({ id, key, quantity, range }) => ({
      ...{ point: id, range, measurement: quantity, field: 'value', factor: 1, offset: 0 },
      tags: { site: site.id, device: device.id, point: key },
    })),
  );

function read(text: string): Static<typeof Mapping> {
  const document = parseDocument(text);
  if (document.errors[0] !== undefined) throw wrong(document.errors[0].message.split('\n')[0] ?? '');
  const value: unknown = document.toJS();
  if (Value.Check(Mapping, value)) return value;
  const [first] = Value.Errors(Mapping, value);
  throw wrong(`${first?.instancePath ?? ''} ${first?.message ?? 'is no mapping of points'}`.trim());
}

const wrong = (what: string): HygateError =>
  new HygateError(
    'config-invalid',
    `The mapping cannot be used: ${what}. Write one line a point: fridge-1.temp: { measurement: temperature, field: value, tags: { sensor: "12" } }`,
  );
