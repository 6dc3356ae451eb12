import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { expect } from 'vitest';
import type { ApiClient } from './api-gateway.ts';

export interface StreamEvent {
  readonly type: string;
  readonly data: unknown;
}

/** A listener on the event stream that can also stop reading, as a sleeping phone does. */
export class EventListener {
  readonly events: StreamEvent[] = [];
  status = 0;
  closed = false;
  readonly #request: ClientRequest;
  #response: IncomingMessage | undefined;
  #text = '';

  constructor(url: string, { cookie }: ApiClient) {
    this.#request = get(`${url}/api/v1/events`, { headers: { cookie } }, (response) => {
      this.#response = response;
      this.status = response.statusCode ?? 0;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => this.#take(chunk));
      response.on('close', () => {
        this.closed = true;
      });
      // A cut connection is what some tests wait for; `closed` tells.
      response.on('error', () => {});
    });
    this.#request.on('error', () => {
      this.closed = true;
    });
  }

  get header(): IncomingMessage['headers'] {
    return this.#response?.headers ?? {};
  }

  of(type: string): unknown[] {
    return this.events.filter((event) => event.type === type).map(({ data }) => data);
  }

  async until(type: string, count = 1): Promise<unknown[]> {
    await expect.poll(() => this.of(type).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(count);
    return this.of(type);
  }

  stopReading(): void {
    this.#response?.pause();
    this.#response?.socket.pause();
  }

  readOn(): void {
    this.#response?.socket.resume();
    this.#response?.resume();
  }

  close(): void {
    this.#request.destroy();
  }

  #take(chunk: string): void {
    this.#text += chunk;
    const blocks = this.#text.split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) {
      const match = /^event: (?<type>\w+)\ndata: (?<data>.*)$/s.exec(block);
      this.events.push({
        type: match?.groups?.['type'] ?? block,
        data: JSON.parse(match?.groups?.['data'] ?? 'null'),
      });
    }
  }
}
