import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { pointId } from '#model/point';
import type { Row } from '../../gateway/forward/influx/tally.ts';

/** Answers a write in its own way, or leaves it unanswered; without storing anything. */
export type Answer = (response: ServerResponse) => void;

/** Lines of one request: what becomes of them. `null`: they are stored, 204. */
export type Mood = (lines: readonly string[]) => Answer | null;

const LINE = /^([^,]+),area=[^,]+,device=([^,]+),point=([^,]+),site=[^ ]+ (?:value=([^,]+),)?q=(\d)i (\d+)$/;

/** And no event of the journal or of alarms. */
export const isReading = (line: string): boolean => LINE.test(line);

const NS_PER_MS = 1_000_000n;

/** Speaks InfluxDB 2's write API and goes wrong as it is told; keeps what it acknowledged, and in which order. */
export class InfluxStore {
  mood: Mood = () => null;
  /** Write requests, stored or not. */
  requests = 0;
  /** Every line that was stored, in the order of storing; one that came twice stands there twice. */
  readonly lines: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      // An end in the middle of the request is the client's right.
      const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>).catch(() => []);
      if (request.method !== 'POST') return response.writeHead(404).end();
      const body = Buffer.concat(chunks);
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      this.#write(text.toString('utf8').split('\n'), response);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The readings; events of the journal and of alarms come beside them. */
  rows(): readonly Row[] {
    return this.lines.flatMap((line) => {
      const [whole, , device = '', key = '', value, q, at = ''] = LINE.exec(line) ?? [];
      if (whole === undefined) return [];
      return {
        point: pointId(device, key),
        at: Number(BigInt(at) / NS_PER_MS),
        value: value === undefined ? null : Number(value),
        q: Number(q),
      };
    });
  }

  /** Points whose readings were not stored in the order of time, looking at the first time of each. */
  disordered(): number {
    const newest = new Map<string, number>();
    const seen = new Set<string>();
    const wrong = new Set<string>();
    for (const { point, at } of this.rows()) {
      if (seen.has(`${point} ${at}`)) continue;
      seen.add(`${point} ${at}`);
      if (at < (newest.get(point) ?? 0)) wrong.add(point);
      newest.set(point, Math.max(at, newest.get(point) ?? 0));
    }
    return wrong.size;
  }

  #write(lines: readonly string[], response: ServerResponse): void {
    this.requests += 1;
    const answer = this.mood(lines);
    if (answer !== null) {
      answer(response);
      return;
    }
    this.lines.push(...lines);
    response.writeHead(204).end();
  }
}

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Answer =>
  (response) =>
    void response.writeHead(code, headers).end(body);
