import type { FastifyReply, FastifyRequest } from 'fastify';
import { HygateError } from '#model/errors';
import { isLoopback } from './loopback.ts';
import { includesRole, type Role, type User } from './users/user.ts';
import { SESSION_IDLE, type Users } from './users/users.ts';

/**
 * Who may call a route. `public`: anybody. `local`: anybody on this machine, else as a viewer. `one-time`: a user, also
 * before the one-time password was changed. Else a user with that role or more.
 */
export type Access = 'public' | 'local' | 'one-time' | Role;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `viewer` when left out, so that a forgotten one is closed. */
    access?: Access;
    /** Programs may send name and password with each request (HTTP Basic). */
    basic?: boolean;
  }
  interface FastifyRequest {
    /** Whose session it is; null only on `public` and `local` routes. */
    user: User | null;
    token: string | null;
  }
}

export const COOKIE = 'hygate-session';

/** Before every route of the API: who is it, may they, and did the page itself ask? */
export const guard =
  (users: Users) =>
  async (request: FastifyRequest): Promise<void> => {
    const access = request.routeOptions.config.access ?? 'viewer';
    const { token, ambient } = tokenOf(request);
    request.token = token;
    request.user = token === null ? null : (users.userOf(token) ?? null);
    if (request.routeOptions.config.basic === true) request.user ??= await basicUser(users, request);
    if (changes(request) && (ambient || access === 'public')) refuseForeignOrigin(request);
    if (access === 'public' || (access === 'local' && isLoopback(request.ip))) return;
    authorize(request.user, access);
  };

function authorize(user: User | null, access: Access): void {
  if (user === null)
    throw new HygateError('login-required', 'Log in: POST name and password to /api/v1/login.');
  if (access === 'one-time') return;
  if (user.mustChange) {
    throw new HygateError(
      'password-change-required',
      'POST the present and a new password to /api/v1/password first.',
    );
  }
  const needed: Role = access === 'operator' || access === 'admin' ? access : 'viewer';
  if (includesRole(user.role, needed)) return;
  throw new HygateError('not-allowed', `This needs the role ${needed}; "${user.name}" is ${user.role}.`);
}

/** RFC 7617: name and password in UTF-8. Null: none were sent. */
async function basicUser(users: Users, { headers, ip }: FastifyRequest): Promise<User | null> {
  const encoded = /^Basic ([\w+/=-]{1,2000})$/i.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const [name = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return users.userByPassword(name, rest.join(':'), ip);
}

/** The user of a route that only users reach. */
export function userOf(request: FastifyRequest): User {
  if (request.user === null) throw new HygateError('login-required', 'Log in first.');
  return request.user;
}

/** A cookie is ambient: the browser sends it by itself. A bearer token is put there on purpose. */
function tokenOf(request: FastifyRequest): { token: string | null; ambient: boolean } {
  // `Token` is how clients of InfluxDB write it.
  const bearer = /^(?:Bearer|Token) ([\w-]{20,100})$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { token: bearer, ambient: false };
  return { token: request.cookies[COOKIE] ?? null, ambient: true };
}

const changes = (request: FastifyRequest): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(request.method);

/**
 * Against forged requests from other sites, beside SameSite=Strict. Browsers send `Origin` with every POST and, to
 * trustworthy addresses, `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/); programs send neither.
 */
function refuseForeignOrigin(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (!foreignSite && (origin === undefined || hostOf(origin) === request.host)) return;
  throw new HygateError(
    'origin-refused',
    'Only the page of this gateway may change something with a cookie.',
  );
}

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;

export function setSession(request: FastifyRequest, reply: FastifyReply, token: string): void {
  const maxAge = Math.floor(SESSION_IDLE / 1000);
  reply.setCookie(COOKIE, token, { ...cookieOf(request), maxAge });
}

export function clearSession(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(COOKIE, cookieOf(request));
}

const cookieOf = (request: FastifyRequest) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' }) as const;
