import modbus from 'modbus-serial';
import { DeliveryError } from '#model/channel';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import type { Place, Wire } from './address.ts';
import { failureOf } from './failure.ts';
import type { Coil } from './lamps.ts';

type Client = InstanceType<typeof modbus.default>;

const CONNECT_WITHIN: Ms = 3 * SECOND;
const ANSWER_WITHIN: Ms = SECOND;
const PULSE: Ms = 20;

/**
 * The relay module's coils. One modbus-serial client, thrown away after the first thing that goes wrong on it: it does
 * not reconnect, its own time-outs can fail to settle, and what comes late could answer a later question.
 */
export class Relays {
  readonly #place: Place;
  readonly #clock: Clock;
  #client: Client | undefined;

  constructor(place: Place, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  /** Writes the coils one by one (FC 05, which every module knows) and reads each back. Throws a DeliveryError. */
  async write(coils: readonly Coil[], signal: AbortSignal): Promise<void> {
    try {
      const client = await this.#connected(signal);
      for (const { address, on } of coils) {
        await this.#within(client.writeCoil(address, on), ANSWER_WITHIN, signal);
      }
      for (const coil of coils) await this.#readBack(client, coil, signal);
    } catch (error) {
      this.close();
      throw failureOf(error);
    }
  }

  close(): void {
    const client = this.#client;
    this.#client = undefined;
    // A serial port has no `destroy`, and a TCP connection whose other end is gone never ends a `close`.
    if (this.#place.wire.kind === 'rtu') client?.close(() => undefined);
    else client?.destroy(() => undefined);
  }

  async #readBack(client: Client, { output, address, on }: Coil, signal: AbortSignal): Promise<void> {
    const { data } = await this.#within(client.readCoils(address, 1), ANSWER_WITHIN, signal);
    if (data[0] === on) return;
    const [wrote, reads] = on ? ['on', 'off'] : ['off', 'on'];
    const why = 'is another program writing it, or the relay broken?';
    throw new DeliveryError(
      'undelivered',
      true,
      `coil ${address} (${output}) was written ${wrote} and reads ${reads}: ${why}`,
    );
  }

  async #connected(signal: AbortSignal): Promise<Client> {
    if (this.#client?.isOpen) return this.#client;
    this.close();
    const client = new modbus.default();
    this.#client = client;
    // An error that nobody listens for would end the process; whoever waits for an answer is told by that.
    client.on('error', () => undefined);
    client.setID(this.#place.unit);
    await this.#within(open(client, this.#place.wire), CONNECT_WITHIN, signal);
    return client;
  }

  /** A deadline of our own on every call: those of the library can fail to settle. */
  async #within<Answer>(answer: Promise<Answer>, length: Ms, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const over = Promise.withResolvers<never>();
    const timer = this.#clock.after(length, () =>
      over.reject(new DeliveryError('timeout', true, `the relay module did not answer within ${length} ms`)),
    );
    const abort = () => over.reject(signal.reason);
    const pulse = this.#pulse();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([answer, over.promise]);
    } finally {
      timer.cancel();
      pulse.cancel();
      signal.removeEventListener('abort', abort);
    }
  }

  /** The serialport package answers promises only when something else happens in the process, up to seconds late. */
  #pulse(): Timer {
    if (this.#place.wire.kind !== 'rtu') return { cancel: () => undefined };
    let timer: Timer;
    const beat = () => {
      timer = this.#clock.after(PULSE, beat);
    };
    beat();
    return { cancel: () => timer.cancel() };
  }
}

/** Raw RTU over TCP is what the library calls telnet; its "TcpRTU" is Modbus TCP with another name. */
function open(client: Client, wire: Wire): Promise<void> {
  if (wire.kind === 'rtu') {
    const { path, baudRate, parity, stopBits } = wire;
    return client.connectRTUBuffered(path, { baudRate, parity, stopBits, dataBits: 8 });
  }
  const { host, port } = wire;
  return wire.kind === 'tcp' ? client.connectTCP(host, { port }) : client.connectTelnet(host, { port });
}
