import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ByteOrder, RegisterTable, ValueType } from '#model/driver';
import { peerPath } from './peers.ts';
import { until } from './until.ts';

export interface PeerValue {
  readonly unit: number;
  readonly table: RegisterTable;
  readonly address: number;
  readonly type: ValueType;
  readonly order: ByteOrder;
  /** A bigint goes as text, which Python reads back. */
  readonly value: number | bigint;
}

/** A pymodbus server on a free port; `rtu` frames over TCP, or Modbus TCP. */
export async function startPymodbus(
  framing: 'tcp' | 'rtu',
  values: readonly PeerValue[],
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const script = new URL('./modbus-server.py', import.meta.url).pathname;
  const child = spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const asText = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  child.stdin.write(`${JSON.stringify({ framing, values }, asText)}\n`);
  const lines = createInterface(child.stdout);
  const port = await new Promise<number>((resolve, reject) => {
    lines.once('line', (line) => resolve(Number(line)));
    child.once('exit', (code) => reject(new Error(`pymodbus ended with code ${code}`)));
  });
  return { port, stop: () => ended(child) };
}

/** A serial line: what is written to the pty's path goes to the TCP port, as through a converter. */
export async function startPty(port: number): Promise<{ readonly path: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hygate-pty-'));
  const path = join(folder, 'tty');
  const child = spawn(peerPath('socat'), [`PTY,link=${path},rawer`, `TCP:127.0.0.1:${port}`], {
    stdio: 'inherit',
  });
  await until('socat makes the pty', () => existsSync(path));
  return {
    path,
    async stop() {
      await ended(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill();
  await gone;
}
