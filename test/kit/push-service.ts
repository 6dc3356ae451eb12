import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import ece from 'http_ece';
import type { PushSubscription } from '#model/push';

/** What arrived at one device, as its browser decrypted it. */
export interface Pushed {
  readonly device: string;
  readonly payload: Record<string, unknown>;
  readonly headers: IncomingMessage['headers'];
  /** Claims of the gateway's token, whose signature fits the key that the device was signed up with. */
  readonly claims: { readonly aud: string; readonly sub: string; readonly exp: number };
}

interface Device {
  readonly keys: ReturnType<typeof createECDH>;
  readonly auth: Buffer;
}

/** How the service answers the next message to a device: a status with `Retry-After`, or never. */
export type PushAnswer = { readonly status: number; readonly retryAfter?: number } | 'never';

/**
 * A push service on the loopback address (RFC 8030), and the browsers behind it: it verifies the gateway's signature
 * (RFC 8292) and decrypts (RFC 8291).
 */
export class PushService {
  readonly received: Pushed[] = [];
  readonly answers = new Map<string, PushAnswer[]>();
  readonly refused: string[] = [];
  readonly #devices = new Map<string, Device>();
  readonly #server;

  constructor(tls: { readonly key: string; readonly cert: string }) {
    this.#server = createServer(tls, (request, response) => void this.#take(request, response));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve()));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** A browser signs up. */
  subscribe(device: string): PushSubscription {
    const keys = createECDH('prime256v1');
    keys.generateKeys();
    const auth = randomBytes(16);
    this.#devices.set(device, { keys, auth });
    const endpoint = `https://localhost:${this.port}/send/${device}`;
    return {
      endpoint,
      keys: { p256dh: keys.getPublicKey().toString('base64url'), auth: auth.toString('base64url') },
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // Given up in the middle: nothing arrived.
      return;
    }
    const name = request.url?.split('/').at(-1) ?? '';
    const answer = this.answers.get(name)?.shift() ?? { status: 201 };
    if (answer === 'never') return;
    const { status, retryAfter } = answer;
    if (status === 201) this.#keep(name, request.headers, Buffer.concat(chunks));
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }).end();
  }

  #keep(name: string, headers: IncomingMessage['headers'], body: Buffer): void {
    const device = this.#devices.get(name);
    const claims = claimsOf(headers.authorization ?? '');
    if (device === undefined || claims === undefined) {
      this.refused.push(name);
      return;
    }
    const clear = ece.decrypt(body, {
      version: 'aes128gcm',
      privateKey: device.keys,
      authSecret: device.auth,
    });
    this.received.push({ device: name, payload: JSON.parse(clear.toString()), headers, claims });
  }
}

/** `vapid t=…, k=…`: undefined when the token was not signed by the key. */
function claimsOf(authorization: string): Pushed['claims'] | undefined {
  const [, token = '', key = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization) ?? [];
  const [header = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  if (point.length !== 65) return undefined;
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
  const publicKey = createPublicKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' },
  });
  const signed = Buffer.from(`${header}.${claims}`);
  const how = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', signed, how, Buffer.from(signature, 'base64url'))) return undefined;
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Pushed['claims'];
}
