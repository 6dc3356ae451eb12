import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Line, lineKey } from '#model/site';
import type { Clock, Ms } from '#model/time';
import { ModbusFault } from './fault.ts';
import { openSerial, type SerialLine } from './serial.ts';

/** Opens the wire; rejects with a ModbusFault. A TCP connection is given up after `timeout`. */
export async function openLink(line: Line, timeout: Ms, clock: Clock): Promise<Duplex> {
  try {
    return line.kind === 'rtu' ? await openSerial(line) : await openTcp(line, timeout, clock);
  } catch (error) {
    if (error instanceof ModbusFault) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new ModbusFault('comm-refused', `${lineKey(line)} cannot be opened: ${ADVICE[code] ?? why}`);
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; check address and port, and that the device is on',
  ENOTFOUND: 'the host name is not known; check it, or write the IP address',
  EHOSTUNREACH: 'no way leads there; check address, cable and switch',
  ENOENT: 'there is no such serial port; check the adapter and its name under /dev',
  EACCES: 'this user may not use the serial port; on Debian it must be in the group dialout',
};

function openTcp(line: Exclude<Line, SerialLine>, timeout: Ms, clock: Clock): Promise<Duplex> {
  const { host, port } = line;
  const socket = connect({ host, port, noDelay: true, keepAlive: true });
  return new Promise((resolve, reject) => {
    const timer = clock.after(timeout, () => {
      socket.destroy();
      reject(
        new ModbusFault('comm-timeout', `${lineKey(line)} does not answer a connection within ${timeout} ms`),
      );
    });
    socket.once('error', (error) => {
      timer.cancel();
      reject(error);
    });
    socket.once('connect', () => {
      timer.cancel();
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
