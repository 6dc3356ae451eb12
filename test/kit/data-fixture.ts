import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOUR, realClock } from '#model/time';
import { FakeTime } from '../faults/fake-time.ts';
import type { Expectation } from '../fixtures/expectation.ts';
import { LOGGER_SECRET, type Ports, siteText } from '../fixtures/life.ts';
import { type Exit, HygateProcess } from './hygate-process.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const ENDING = '.tar.gz';

/** Data folders that earlier versions left. */
export const dataFixtures = (): string[] =>
  readdirSync(FIXTURES)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length));

/** A data folder as an earlier version left it, with its site file, an hour after that. */
export class DataFixture {
  readonly dataDir: string;
  readonly expected: Expectation;
  readonly url: string;
  readonly #dir: string;
  readonly #ports: Ports;
  readonly #time: FakeTime;

  constructor(name: string, dir: string, ports: Ports) {
    execFileSync('tar', ['-xzf', join(FIXTURES, name + ENDING), '-C', dir]);
    this.#dir = dir;
    this.#ports = ports;
    this.dataDir = join(dir, 'data');
    this.expected = JSON.parse(readFileSync(join(dir, 'expected.json'), 'utf8')) as Expectation;
    this.url = `http://127.0.0.1:${ports.http}`;
    writeFileSync(join(dir, 'site.yaml'), siteText(ports));
    this.#time = new FakeTime(join(dir, 'time'));
    this.#time.set(this.expected.to + HOUR - realClock.wall());
  }

  get mqttUrl(): string {
    return `mqtt://127.0.0.1:${this.#ports.mqtt}`;
  }

  /** Today's gateway, with the clock of that time. */
  gateway(dataDir = this.dataDir): HygateProcess {
    const args = ['run', '--config', join(this.#dir, 'site.yaml'), '--data', dataDir];
    return new HygateProcess(args, { env: { ...this.#time.env, LOGGER: LOGGER_SECRET } });
  }

  /** Any other command, to its end. */
  async hygate(...args: string[]): Promise<Exit & { readonly output: string }> {
    const command = new HygateProcess(args, { env: this.#time.env });
    const exit = await command.exited;
    return { ...exit, output: command.output };
  }
}
