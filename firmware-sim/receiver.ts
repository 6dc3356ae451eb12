import type { IncomingMessage, Server } from 'node:http';
import type { Part } from '#model/part';

// An import of node:http evaluates all that it exports, its WebSocket client too: 50 ms of the start.
const { createServer } = process.getBuiltinModule('node:http');

export interface ReceiverOptions {
  readonly host: string;
  /** Called with one line a message: `MESSAGE …`. */
  readonly say: (line: string) => void;
}

/** What is shown of the body of the channel webhook. */
interface Told {
  readonly to?: { readonly name?: string };
  readonly subject?: { readonly zh?: string };
  readonly event?: string;
  readonly link?: string | null;
}

const LONGEST_BODY = 65_536;

/** The telephone of the person on call: a webhook that says what it was told. */
export class Receiver implements Part {
  readonly name = 'receiver';
  readonly #options: ReceiverOptions;
  #server: Server | undefined;
  #url = '';

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      readBody(request).then(
        (body) => {
          this.#options.say(`MESSAGE ${describe(body)}`);
          response.writeHead(204).end();
        },
        () => response.writeHead(413).end(),
      );
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, this.#options.host, resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) {
      this.#url = `http://${this.#options.host}:${address.port}/on-call`;
    }
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > LONGEST_BODY) throw new Error('the message is too long');
  }
  return body;
}

/** Person, Chinese subject and where it is taken, when it is a message of ours; else the body on one line. */
function describe(body: string): string {
  try {
    const { to, subject, event, link } = JSON.parse(body) as Told;
    const answer = typeof link === 'string' && event !== 'cleared' ? `   take it: ${link}` : '';
    if (subject?.zh !== undefined) return `${to?.name ?? '?'}: ${subject.zh}${answer}`;
  } catch {
    // Not JSON: a webhook may be sent anything, and what came is shown as it is.
  }
  return body.replaceAll(/\s+/g, ' ').slice(0, 300);
}
