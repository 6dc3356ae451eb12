import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request as it came over the wire. */
export interface Asked {
  readonly method: string;
  /** With the query, undecoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What a server may do instead of answering. */
export type Misdeed = 'never' | 'endless' | 'trickle' | 'garbage' | 'reset' | 'echo' | Reply;

/** A real HTTP server that speaks a provider's protocol, and misbehaves when it is asked to. */
export interface HttpProvider {
  readonly origin: string;
  readonly received: Asked[];
  /** For the next requests, one each; then the protocol. */
  readonly misdeeds: Misdeed[];
  close(): Promise<void>;
}

export interface Tls {
  readonly key: string;
  readonly cert: string;
}

export async function startHttpProvider(answer: (asked: Asked) => Reply, tls?: Tls): Promise<HttpProvider> {
  const received: Asked[] = [];
  const misdeeds: Misdeed[] = [];
  const serve: RequestListener = async (request, response) => {
    const asked = await read(request).catch(() => undefined);
    // Given up in the middle: nothing arrived.
    if (asked === undefined) return;
    received.push(asked);
    const misdeed = misdeeds.shift();
    if (misdeed === undefined) send(response, answer(asked));
    else await misbehave(misdeed, asked, response);
  };
  const server = tls === undefined ? createServer(serve) : createTlsServer({ ...tls }, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`,
    received,
    misdeeds,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<Asked> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const { method = '', url: path = '', headers } = request;
  return { method, path, query: new URL(path, 'http://localhost').searchParams, headers, text };
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Reply): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function misbehave(misdeed: Misdeed, asked: Asked, response: ServerResponse): Promise<void> {
  if (misdeed === 'never') return;
  if (misdeed === 'reset') return void response.destroy();
  if (misdeed === 'garbage') return send(response, { body: '<html>502 Bad Gateway' });
  // Everything that it was told, the keys among it.
  if (misdeed === 'echo') return send(response, { status: 500, body: { ...asked, query: undefined } });
  if (misdeed === 'endless') return pour(response, () => 'x'.repeat(64 * 1024), 0);
  if (misdeed === 'trickle') return pour(response, () => ' ', 5);
  send(response, misdeed);
}

/** Writes as long as anybody listens. */
async function pour(response: ServerResponse, next: () => string, pause: number): Promise<void> {
  response.writeHead(200);
  while (!response.destroyed) {
    response.write(next());
    await sleep(pause);
  }
}
