import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
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
    await lock(fd, line.path);
    // While we hold it open, as some drivers forget their settings when nobody does.
    await run('stty', [process.platform === 'darwin' ? '-f' : '-F', line.path, ...settings(line)]);
  } catch (error) {
    await closeFile(fd);
    throw error;
  }
  return streamOf(fd, line.path);
}

/**
 * A tty's read stream also writes: its handle is the device itself. It opens the tty anew behind our number (libuv's
 * uv_tty_init), with which the lock is lost, and when it is destroyed our number stays open: we close that ourselves.
 */
async function streamOf(fd: number, path: string): Promise<ReadStream> {
  const stream = new ReadStream(fd);
  // Where the tty was not opened anew it is closed already.
  stream.once('close', () => close(fd, () => {}));
  await lock(fd, path).catch((error: unknown) => {
    stream.destroy();
    throw error;
  });
  return stream;
}

/** Our own session before, closed a moment ago, may still hold the line. */
const LOCK_WAIT_S = '0.3';

/**
 * Two that ask on one line read each other's answers. The lock is flock's, which belongs to the open file: a child puts
 * it on our descriptor and ends, and it is gone when we close. The serialport package respects it, too.
 */
async function lock(fd: number, path: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const child = spawn('flock', ['--wait', LOCK_WAIT_S, '--exclusive', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
  });
  const [code] = await once(child, 'exit');
  if (code === 0) return;
  throw new Error(
    `another program holds ${path}, perhaps the gateway itself: stop it first, or look at the readings it shows`,
  );
}

function settings({ baud, parity, dataBits, stopBits }: SerialLine): readonly string[] {
  const parities = { none: ['-parenb'], even: ['parenb', '-parodd'], odd: ['parenb', 'parodd'] } as const;
  // `raw` sets 8 bits without parity: what differs comes after it.
  return [
    ...['raw', '-echo', 'clocal', 'cread', '-crtscts', '-hupcl', String(baud)],
    ...[`cs${dataBits}`, stopBits === 2 ? 'cstopb' : '-cstopb', ...parities[parity]],
  ];
}
