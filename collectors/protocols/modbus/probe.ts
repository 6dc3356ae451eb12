import type { Sample } from '#model/reading';
import type { ModbusLink, SiteDevice } from '#model/site';
import type { Clock } from '#model/time';
import type { ProbePoint, ProbeReport, ProbeRequest } from '../../probe.ts';
import type { Reader } from './line.ts';
import { ModbusLines } from './lines.ts';
import { isBits, placeOf, sizeOf } from './plan.ts';
import type { Question } from './session.ts';
import { ModbusSource, modbusLink } from './source.ts';

type Exchange = Question & {
  readonly took: number;
  readonly bytes: Buffer | null;
  readonly error: string | null;
};

/**
 * Reads the device once, the way the gateway does, and tells all that was asked and answered. Over a wire of `lines`,
 * which stays open for the next device on it; without them over one of its own.
 */
export async function probeModbus(
  device: SiteDevice,
  clock: Clock,
  lines?: ModbusLines,
): Promise<ProbeReport> {
  const link = modbusLink(device);
  const wires = lines ?? new ModbusLines(clock);
  const exchanges: Exchange[] = [];
  const source = new ModbusSource(device, recording(wires.get(link.line), exchanges, clock), clock);
  const startedAt = clock.monotonic();
  try {
    const { samples } = await source.poll(clock.wall(), new AbortController().signal);
    return {
      device: device.id,
      took: clock.monotonic() - startedAt,
      requests: exchanges.map(requestReport),
      points: samples.map((sample) => pointReport(sample, link, exchanges)),
    };
  } finally {
    if (lines === undefined) wires.close();
  }
}

function recording(line: Reader, exchanges: Exchange[], clock: Clock): Reader {
  return {
    async read(question) {
      const startedAt = clock.monotonic();
      const took = () => clock.monotonic() - startedAt;
      try {
        const answer = await line.read(question);
        exchanges.push({ ...question, took: took(), bytes: answer.bytes, error: null });
        return answer;
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        exchanges.push({ ...question, took: took(), bytes: null, error: text });
        throw error;
      }
    },
  };
}

function requestReport({ table, address, count, unit, took, bytes, error }: Exchange): ProbeRequest {
  const things = isBits(table) ? 'bits' : 'registers';
  const what = `${table} ${address}..${address + count - 1} (${count} ${things}), unit ${unit}`;
  return { what, took, raw: bytes === null ? null : spaced(bytes), error };
}

function pointReport(sample: Sample, link: ModbusLink, exchanges: readonly Exchange[]): ProbePoint {
  const { key, value, quality, reason } = sample;
  const point = link.points.find((one) => one.key === key);
  const raw = point === undefined ? null : rawOf(point, exchanges);
  return { key, raw, value, quality, reason };
}

/** The point's own registers in hex, or its bit. */
function rawOf(point: ModbusLink['points'][number], exchanges: readonly Exchange[]): string | null {
  const { table, address } = point.address;
  const size = sizeOf(point.address);
  const holder = exchanges.find(
    (one) =>
      one.bytes !== null &&
      one.table === table &&
      one.address <= address &&
      address + size <= one.address + one.count,
  );
  if (holder?.bytes == null) return null;
  const at = placeOf(point, holder);
  if (isBits(table)) return String((holder.bytes.readUInt8(at >> 3) >> (at & 7)) & 1);
  return spaced(holder.bytes.subarray(at, at + 2 * size));
}

/** Register by register: `00f5 ffff`. */
const spaced = (bytes: Buffer): string => bytes.toString('hex').replace(/(.{4})(?=.)/g, '$1 ');
