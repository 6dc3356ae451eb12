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
export interface Pty {
  readonly path: string;
  /** As an adapter is pulled out of its socket: the path is gone, and whoever has it open is hung up. */
  unplug(): Promise<void>;
  /** Another pty under the same path. */
  plug(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPty(port: number): Promise<Pty> {
  const folder = await mkdtemp(join(tmpdir(), 'hygate-pty-'));
  const path = join(folder, 'tty');
  let child: ChildProcess | undefined;
  let unplugged = Promise.resolve();
  const plug = async () => {
    // Whoever pulls it out need not wait for that; its last act would take away what is made here.
    await unplugged;
    const ends = [`PTY,link=${path},rawer`, `TCP:127.0.0.1:${port}`];
    child = spawn(peerPath('socat'), ends, { stdio: 'inherit' });
    await until('socat makes the pty', () => existsSync(path));
  };
  const pull = async () => {
    if (child !== undefined) await ended(child);
    // What socat leaves behind when it is killed.
    await rm(path, { force: true });
  };
  const unplug = () => {
    unplugged = pull();
    return unplugged;
  };
  const stop = async () => {
    await unplug();
    await rm(folder, { recursive: true, force: true });
  };
  await plug();
  return { path, unplug, plug, stop };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill();
  await gone;
}
