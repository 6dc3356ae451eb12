import type { ModbusAddress, ModbusTraits } from '#model/driver';
import type { Sample } from '#model/reading';
import type { Line, SiteDevice, SitePoint } from '#model/site';
import { realClock } from '#model/time';
import type { PollResult, PollSource } from '../../collectors/source.ts';

export interface DeviceWish {
  readonly line: Line;
  readonly unit?: number;
  readonly points: Readonly<Record<string, ModbusAddress>>;
  readonly traits?: ModbusTraits;
  readonly every?: number;
  readonly id?: string;
  readonly range?: SitePoint['range'];
}

const TRAITS = { maxRegisters: 125, maxBits: 2000, hole: 0, pauseMs: 0, timeoutMs: 2000 };
const EVERYTHING = [-Number.MAX_VALUE, Number.MAX_VALUE] as const;

/** A Modbus device of a checked site, with the least that a test wants to say. */
export function modbusDevice(wish: DeviceWish): SiteDevice {
  const { line, unit = 1, points, traits, every = 1000, id = 'boiler', range = EVERYTHING } = wish;
  return {
    id,
    area: 'cellar',
    name: { zh: id, en: id },
    driver: 'modbus',
    every,
    calibration: null,
    link: {
      protocol: 'modbus',
      line,
      unit,
      traits: { ...TRAITS, ...traits },
      points: Object.entries(points).map(([key, address]) => ({ key, address })),
    },
    points: Object.keys(points).map((key) => ({
      id: `${id}.${key}`,
      key,
      device: id,
      area: 'cellar',
      name: { zh: key, en: key },
      quantity: 'number',
      range,
      every,
      rules: [],
    })),
  };
}

export const tcpLine = (port: number): Line => ({ kind: 'tcp', host: '127.0.0.1', port });
export const rtuOverTcpLine = (port: number): Line => ({ kind: 'rtu-over-tcp', host: '127.0.0.1', port });
export const serialLine = (path: string): Line => ({
  kind: 'rtu',
  path,
  baud: 115_200,
  parity: 'none',
  dataBits: 8,
  stopBits: 1,
});

export const pollOnce = (source: PollSource): Promise<PollResult> =>
  source.poll(realClock.wall(), new AbortController().signal);

/** Point → its value, or why there is none. */
export const outcome = (samples: readonly Sample[]): Readonly<Record<string, number | string | null>> =>
  Object.fromEntries(
    samples.map(({ key, value, quality, reason }) => [key, quality === 'good' ? value : reason]),
  );
