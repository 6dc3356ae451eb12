import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { freePort } from './free-port.ts';
import { peerPath } from './peers.ts';
import { until } from './until.ts';

/** Debian's broker on a free port of the loopback address. */
export interface Mosquitto {
  readonly port: number;
  /** Answers nothing any more, but keeps its sockets, as a machine that hangs. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** `config`: more lines of mosquitto.conf. `files` are written beside it; `FOLDER` in the lines stands for where. */
export async function startMosquitto(
  config: readonly string[] = ['allow_anonymous true'],
  files: Readonly<Record<string, string>> = {},
): Promise<Mosquitto> {
  const folder = await mkdtemp(join(tmpdir(), 'hygate-mosquitto-'));
  // Started by root, it drops to a user of its own, who must read its files.
  await chmod(folder, 0o755);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const port = await freePort();
  const lines = [`listener ${port} 127.0.0.1`, ...config.map((line) => line.replaceAll('FOLDER', folder))];
  await writeFile(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  const child = spawn(peerPath('mosquitto'), ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  await until('mosquitto listens', () => isOpen(port));
  return {
    port,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async stop() {
      child.kill('SIGCONT');
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill();
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = dial(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

export interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly expirySeconds: number | undefined;
}

/** Everything that is published under a filter from now on. */
export async function listenTo(port: number, filter: string, login: object = {}) {
  const heard: Heard[] = [];
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, ...login });
  client.on('message', (topic, payload, { properties }) => {
    heard.push({ topic, text: payload.toString(), expirySeconds: properties?.messageExpiryInterval });
  });
  await client.subscribeAsync(filter, { qos: 1 });
  return { heard, stop: () => client.endAsync(true) };
}
