import { execFile } from 'node:child_process';
import { close, constants, open } from 'node:fs';
import { isatty, ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import type { Line } from '#model/site';

export type SerialLine = Extract<Line, { kind: 'rtu' }>;

const run = promisify(execFile);
const openFile = promisify(open);
const closeFile = promisify(close);

/**
 * Opens a serial line as it is on the wire: no echo, no translation, no flow control. Not with the serialport package:
 * its native part reads on the main thread's event loop whichever thread opened the port, and ends the whole process
 * when that was a worker; and it wakes promises only when something else happens, up to seconds late.
 */
export async function openSerial(line: SerialLine): Promise<ReadStream> {
  const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;
  const fd = await openFile(line.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  try {
    if (!isatty(fd)) throw new Error(`${line.path} is not a serial line`);
    // While we hold it open, as some drivers forget their settings when nobody does.
    await run('stty', [process.platform === 'darwin' ? '-f' : '-F', line.path, ...settings(line)]);
    // A tty's read stream also writes: its handle is the device itself. It closes the descriptor when destroyed.
    return new ReadStream(fd);
  } catch (error) {
    await closeFile(fd);
    throw error;
  }
}

function settings({ baud, parity, dataBits, stopBits }: SerialLine): readonly string[] {
  const parities = { none: ['-parenb'], even: ['parenb', '-parodd'], odd: ['parenb', 'parodd'] } as const;
  // `raw` sets 8 bits without parity: what differs comes after it.
  return [
    ...['raw', '-echo', 'clocal', 'cread', '-crtscts', '-hupcl', String(baud)],
    ...[`cs${dataBits}`, stopBits === 2 ? 'cstopb' : '-cstopb', ...parities[parity]],
  ];
}
