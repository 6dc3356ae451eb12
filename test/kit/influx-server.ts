import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** One write request as the server saw it. */
export interface SeenWrite {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly encoding: string;
  readonly lines: readonly string[];
}

export type Reaction = (response: ServerResponse, lines: readonly string[]) => void;

export interface InfluxTestServer {
  readonly url: string;
  readonly seen: SeenWrite[];
  /** Played one by one; when none is left the answer is 204, as InfluxDB 2 gives it. */
  readonly script: Reaction[];
  /** Sockets that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  stop(): Promise<void>;
}

export const answers =
  (status: number, headers: Record<string, string> = {}, body = ''): Reaction =>
  (response) =>
    response.writeHead(status, headers).end(body);

/** Speaks the write API of InfluxDB 2, as its documentation gives it; Debian has no InfluxDB 2. */
export async function startInfluxServer(): Promise<InfluxTestServer> {
  const seen: SeenWrite[] = [];
  const script: Reaction[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>).catch(() => []);
    const { 'content-encoding': encoding = '', authorization = '' } = request.headers;
    const body = Buffer.concat(chunks);
    const text = (encoding === 'gzip' ? gunzipSync(body) : body).toString('utf8');
    const lines = text.split('\n');
    seen.push({ method: request.method ?? '', path: request.url ?? '', authorization, encoding, lines });
    (script.shift() ?? answers(204))(response, lines);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}`, seen, script, sockets, stop };
}
