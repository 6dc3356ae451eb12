import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { Log } from '#model/log';
import type { Server } from './server.ts';

/** The page needs itself and nothing else: no other host, no inline script or style. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    manifestSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

/** What browsers are told on every answer. Without TLS in front, HSTS and the origin policies would only be ignored. */
export async function securityHeaders(server: Server): Promise<void> {
  await server.register(helmet, {
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    hsts: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}

/** The built page at `/`; files with a hash in their name may be kept for ever. */
export async function page(server: Server, webDir: string, log: Log): Promise<void> {
  if (!existsSync(join(webDir, 'index.html'))) {
    log.warn({ webDir }, 'the page is not built: run npm run build; the API serves without it');
    return;
  }
  await server.register(fastifyStatic, {
    root: webDir,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hashed = path.includes(`${sep}assets${sep}`);
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
