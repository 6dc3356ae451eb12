import type { DataValue } from 'node-opcua-client';
import type { SiteDevice } from '#model/site';
import type { ProbePoint, ProbeReport, ProbeRequest } from '../../probe.ts';
import { connect, type OpcuaDeps } from './connection.ts';
import { downOf, within } from './down.ts';
import { type ReadAll, readAll } from './reading.ts';
import { plansOf, Sampler } from './sampler.ts';

type Found = DataValue | undefined;

/** Connects, reads every node once and closes again. Never rejects: what went wrong stands in the report. */
export async function probeOpcua(device: SiteDevice, deps: OpcuaDeps): Promise<ProbeReport> {
  const { clock } = deps;
  const begun = clock.monotonic();
  const sampler = new Sampler(plansOf(device));
  const report = (requests: readonly ProbeRequest[], points: readonly ProbePoint[]): ProbeReport => ({
    device: device.id,
    took: clock.monotonic() - begun,
    requests,
    points,
  });
  try {
    const { values } = await readOnce(device, deps);
    const took = clock.monotonic() - begun;
    const samples = sampler.poll(values, clock.wall());
    return report(
      values.map((data, index) => requestOf(nodeOf(device, index), data, took)),
      samples.map((sample, index) => ({ ...sample, raw: rawOf(values[index]) })),
    );
  } catch (error) {
    const { message, reason } = downOf(error);
    const took = clock.monotonic() - begun;
    return report(
      [{ what: urlOf(device), took, raw: null, error: message }],
      sampler.failed(reason, clock.wall()).map((sample) => ({ ...sample, raw: null })),
    );
  }
}

async function readOnce(device: SiteDevice, deps: OpcuaDeps): Promise<ReadAll> {
  if (device.link.protocol !== 'opcua') throw new Error(`device ${device.id} does not speak OPC UA`);
  const { link, every } = device;
  const connection = await connect({ ...deps, link, every, signal: new AbortController().signal });
  try {
    return await within(readAll(connection), { clock: deps.clock, limit: link.timeout, what: 'the read' });
  } finally {
    await connection.close();
  }
}

function requestOf(what: string, data: Found, took: number): ProbeRequest {
  if (data === undefined) return { what, took, raw: null, error: 'the server does not know the namespace' };
  const error = data.statusCode.isGood() ? null : `${data.statusCode.name}: ${data.statusCode.description}`;
  return { what, took, raw: rawOf(data), error };
}

/** The value as the server showed it, with its status and its source's time. */
function rawOf(data: Found): string | null {
  if (data === undefined) return null;
  const { value, statusCode, sourceTimestamp } = data;
  const time = sourceTimestamp === null ? 'no source time' : sourceTimestamp.toISOString();
  return `${String(value.value)} (${statusCode.name}, ${time})`;
}

const urlOf = ({ link }: SiteDevice): string => (link.protocol === 'opcua' ? link.url : '');

const nodeOf = ({ link }: SiteDevice, index: number): string =>
  link.protocol === 'opcua' ? (link.points[index]?.address.node ?? '') : '';
