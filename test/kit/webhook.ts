import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Hooked {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** When all of it was here, on the monotonic clock. */
  readonly at: number;
  readonly body: {
    readonly key: string;
    readonly event: string;
    readonly repeat: boolean;
    readonly to: { readonly id: string };
    readonly subject: { readonly zh: string; readonly en: string };
    readonly body: { readonly zh: string; readonly en: string };
  };
}

/** How the server answers: a status, or never. */
export type Answer = number | 'never';

/** A real HTTP server that receives webhooks. */
export interface WebhookServer {
  readonly url: string;
  readonly received: Hooked[];
  /** Answers to the next requests; 200 when none is left. */
  readonly answers: Answer[];
  close(): Promise<void>;
}

export async function startWebhookServer(): Promise<WebhookServer> {
  const received: Hooked[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => void take(request, response, received, answers));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  received: Hooked[],
  answers: Answer[],
): Promise<void> {
  let text = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
  } catch {
    // Whoever sent it died in the middle, or gave up: nothing arrived.
    return;
  }
  received.push({ headers: request.headers, text, at: performance.now(), body: JSON.parse(text) });
  const answer = answers.shift() ?? 200;
  if (answer !== 'never') response.writeHead(answer).end('seen');
}
