import modbusSerial from 'modbus-serial';
import type { RegisterTable } from '#model/driver';
import { realClock } from '#model/time';
import { ModbusLine } from '../../collectors/protocols/modbus/line.ts';
import { ModbusSource } from '../../collectors/protocols/modbus/source.ts';
import type { ModbusDevice } from './modbus.ts';
import { median } from './sample.ts';

interface Turn {
  readonly perSecond: number;
  /** User and system of this process. */
  readonly cpuUs: number;
}

/** The medians of the turns. */
export interface Polling {
  readonly ours: Turn;
  readonly bare: Turn;
}

/** One full read of the device; resolves with the requests that it took. */
type Read = () => Promise<number>;

/** Polls as fast as it goes, by turns with ours and with the bare client: A B A B. */
export async function pollTurns(
  target: ModbusDevice,
  { turns, turnMs }: { readonly turns: number; readonly turnMs: number },
): Promise<Polling> {
  const line = new ModbusLine(target.link.line, realClock);
  const source = new ModbusSource(target.device, line, realClock);
  const signal = new AbortController().signal;
  const ours: Read = async () => {
    const { requests, samples } = await source.poll(realClock.wall(), signal);
    const missing = samples.find(({ reason }) => reason?.startsWith('comm'));
    if (missing !== undefined) throw new Error(`${target.id}.${missing.key} was not read: ${missing.reason}`);
    return requests;
  };
  const client = await bareClient(target);
  const taken: { ours: Turn[]; bare: Turn[] } = { ours: [], bare: [] };
  try {
    await takeTurn(ours, turnMs / 2);
    await takeTurn(client.read, turnMs / 2);
    for (let turn = 0; turn < turns; turn++) {
      taken.ours.push(await takeTurn(ours, turnMs));
      taken.bare.push(await takeTurn(client.read, turnMs));
    }
  } finally {
    line.close();
    client.close();
  }
  return { ours: medianTurn(taken.ours), bare: medianTurn(taken.bare) };
}

async function bareClient({ link, requests }: ModbusDevice): Promise<{ read: Read; close(): void }> {
  if (link.line.kind !== 'tcp') throw new Error('the bare client speaks Modbus TCP');
  const client = new modbusSerial.default();
  await client.connectTCP(link.line.host, { port: link.line.port });
  client.setID(link.unit);
  client.setTimeout(link.traits.timeoutMs);
  const reads: Readonly<Record<RegisterTable, (address: number, count: number) => Promise<unknown>>> = {
    coil: (address, count) => client.readCoils(address, count),
    discrete: (address, count) => client.readDiscreteInputs(address, count),
    holding: (address, count) => client.readHoldingRegisters(address, count),
    input: (address, count) => client.readInputRegisters(address, count),
  };
  return {
    async read() {
      for (const { table, address, count } of requests) await reads[table](address, count);
      return requests.length;
    },
    close: () => client.close(() => {}),
  };
}

async function takeTurn(read: Read, lengthMs: number): Promise<Turn> {
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  let requests = 0;
  while (performance.now() - begun < lengthMs) requests += await read();
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: (requests * 1000) / (performance.now() - begun),
    cpuUs: (user + system) / requests,
  };
}

const medianTurn = (turns: readonly Turn[]): Turn => ({
  perSecond: median(turns.map(({ perSecond }) => perSecond)),
  cpuUs: median(turns.map(({ cpuUs }) => cpuUs)),
});
