import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { lineEncoder, PRECISION } from '../../gateway/forward/influx/line.ts';
import { authorizationOf } from '../../gateway/forward/influx/sender.ts';
import { ForwardRig, v1Target, v2Target } from '../kit/forward-rig.ts';
import {
  INFLUX_DATABASE,
  type InfluxPeer,
  queryInflux,
  startInfluxd,
  startVictoria,
} from '../kit/influx-peers.ts';
import { without } from '../kit/peers.ts';
import type { Table } from '../kit/table.ts';
import { until } from '../kit/until.ts';
import { drainLive } from './drain-live.ts';
import type { PartOptions } from './part.ts';
import { median } from './sample.ts';
import { usageOf } from './usage.ts';

interface Server {
  readonly name: string;
  readonly start: (dir: string) => Promise<InfluxPeer>;
  readonly target: (url: string) => object;
  /** Empties it, so that each turn writes into the same. */
  readonly empty: (url: string) => Promise<unknown>;
}

const SERVERS: readonly Server[] = [
  {
    ...{ name: 'influxd 1.6', start: startInfluxd, target: v1Target },
    async empty(url) {
      await queryInflux(url, `DROP DATABASE "${INFLUX_DATABASE}"`);
      await queryInflux(url, `CREATE DATABASE "${INFLUX_DATABASE}"`);
    },
  },
  {
    ...{ name: 'VictoriaMetrics', start: startVictoria, target: v2Target },
    empty: (url) => fetch(`${url}/api/v1/admin/tsdb/delete_series?match[]={site="rig"}`, { method: 'POST' }),
  },
];

interface Shape {
  readonly name: string;
  readonly rows: number;
  readonly perRow: number;
}

interface Turn {
  readonly seconds: number;
  /** CPU of this process: journal, forwarding, and in raw turns the raw writer. */
  readonly cpu: number;
}

/** A backlog from the journal through the forwarding thread, against raw HTTP writes of the same lines, in turns. */
export async function* drain({ dir, short }: PartOptions): AsyncGenerator<Table> {
  if (without('influxd', 'victoriaMetrics')) return;
  const shapes: readonly Shape[] = short
    ? [{ name: 'short', rows: 200, perRow: 50 }]
    : [
        { name: 'a hospital, 3 readings in a row', rows: 30_000, perRow: 3 },
        { name: '5,000 readings/s, 100 in a row', rows: 5_000, perRow: 100 },
      ];
  const rows = [];
  for (const server of SERVERS) {
    for (const [index, shape] of shapes.entries()) {
      rows.push(await compareTurns(server, shape, join(dir, `${server.name}-${index}`), short ? 1 : 3));
    }
  }
  yield drainTable(rows);
  yield* drainLive({ dir: join(dir, 'live'), short });
}

async function compareTurns(server: Server, { name, rows, perRow }: Shape, dir: string, turns: number) {
  await using ending = new AsyncDisposableStack();
  const peer = await server.start(join(dir, 'peer'));
  ending.defer(() => peer.stop());
  const from = Date.now() - rows * perRow * 3;
  const rig = await ForwardRig.open({ dir: join(dir, 'rig'), influx: server.target(peer.url), from });
  ending.defer(() => rig.stop());
  await rig.append(rows, perRow);
  const lines = rig.written.map(lineEncoder(rig.site)).filter((line) => line !== undefined);
  const [ours, raw]: [Turn[], Turn[]] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    await server.empty(peer.url);
    raw.push(await measure(() => writeRaw(rig, lines)));
    await server.empty(peer.url);
    await rig.forgetCursor();
    rig.meters.clear();
    await rig.startForwarding();
    ours.push(await measure(() => forwardAll(rig, Math.ceil(rig.target.batch / perRow))));
    await rig.stopForwarding();
  }
  const count = lines.length;
  const [oursS, rawS] = [ours, raw].map((taken) => median(taken.map(({ seconds }) => seconds)));
  const cpu = median(ours.map((turn) => turn.cpu));
  return { server: server.name, shape: name, count, ours: oursS ?? 0, raw: rawS ?? 0, cpu };
}

async function measure(work: () => Promise<void>): Promise<Turn> {
  const [begun, before] = [performance.now(), usageOf(process.pid).cpu];
  await work();
  return { seconds: (performance.now() - begun) / 1000, cpu: usageOf(process.pid).cpu - before };
}

/** Until less than a batch is left, which may wait a second for company. */
async function forwardAll(rig: ForwardRig, rows: number): Promise<void> {
  const left = () => rig.meters.get('hygate_consumer_lag_rows influx') ?? Number.POSITIVE_INFINITY;
  await until('less than a batch is left', () => left() < rows, 600_000);
}

/** One keep-alive connection, one request at a time, with lines that are ready: what HTTP and the server allow. */
async function writeRaw({ target }: ForwardRig, lines: readonly string[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { api } = target;
  const where = api.version === 'v1' ? `/write?db=${encodeURIComponent(api.database)}` : '/api/v2/write?';
  const url = new URL(`${where}&precision=${PRECISION}`, target.url);
  const headers = { authorization: authorizationOf(target), 'content-type': 'text/plain; charset=utf-8' };
  for (let from = 0; from < lines.length; from += target.batch) {
    const body = lines.slice(from, from + target.batch).join('\n');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      });
      sent.on('error', reject).end(body);
    });
    if (status !== 204) throw new Error(`a raw write was answered ${status}`);
  }
  agent.destroy();
}

type Compared = Awaited<ReturnType<typeof compareTurns>>;

const drainTable = (rows: readonly Compared[]): Table => ({
  title: 'Drain: a backlog through the forwarding thread, against raw HTTP writes of the same lines',
  head: ['server', 'backlog', 'readings', 'ours, readings/s', 'raw, readings/s', 'ratio', 'CPU, µs/reading'],
  rows: rows.map(({ server, shape, count, ours, raw, cpu }) => [
    ...[server, shape, count, count / ours, count / raw],
    ...[raw / ours, (cpu * 1e6) / count],
  ]),
  notes: [
    'Medians of turns in alternation. Target: 0.7, and ten times the live rate. The pace leaves a tenth of the time free on purpose.',
    'Ours reads the journal from disk and encodes; the raw writer has its lines ready in memory. CPU is that of the whole bench process.',
  ],
});
