import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { SerialPort } from 'serialport';
import { type Line, lineKey } from '#model/site';
import type { Clock, Ms } from '#model/time';
import { ModbusFault } from './fault.ts';

/** An open way for bytes. */
export interface Link {
  readonly stream: Duplex;
  /** Resolves when the wire may be opened again. */
  close(): Promise<void>;
}

type SerialLine = Extract<Line, { kind: 'rtu' }>;
type TcpLine = Exclude<Line, SerialLine>;

/** Opens the wire within `timeout`; rejects with a ModbusFault. */
export function openLink(line: Line, timeout: Ms, clock: Clock): Promise<Link> {
  const { link, opened } = line.kind === 'rtu' ? serialLink(line) : tcpLink(line);
  return new Promise((resolve, reject) => {
    const fail = (fault: ModbusFault) => {
      timer.cancel();
      void link.close().then(() => reject(fault));
    };
    const timer = clock.after(timeout, () =>
      fail(
        new ModbusFault('comm-timeout', `${lineKey(line)} does not answer a connection within ${timeout} ms`),
      ),
    );
    link.stream.once(opened, () => {
      timer.cancel();
      resolve(link);
    });
    // Stays for the link's life: an error without a listener would end the process.
    link.stream.on('error', (error) =>
      fail(new ModbusFault('comm-refused', `${lineKey(line)} cannot be opened: ${error.message}`)),
    );
  });
}

function tcpLink({ host, port }: TcpLine): { link: Link; opened: 'connect' } {
  const stream = connect({ host, port, noDelay: true, keepAlive: true });
  return { link: { stream, close: async () => void stream.destroy() }, opened: 'connect' };
}

function serialLink({ path, baud, parity, dataBits, stopBits }: SerialLine): { link: Link; opened: 'open' } {
  const stream = new SerialPort({ path, baudRate: baud, parity, dataBits, stopBits });
  const close = () =>
    // A port that is still opening cannot be closed; its device is gone or mute, and opening ends with an error.
    new Promise<void>((resolve) => (stream.isOpen ? stream.close(() => resolve()) : resolve()));
  return { link: { stream, close }, opened: 'open' };
}
