import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS, type ErrorCode, HygateError } from '#model/errors';
import type { Log } from '#model/log';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly retry: boolean;
}

export function problemOf(code: ErrorCode, detail: string, status: number = ERRORS[code].status): Problem {
  const { title, retry } = ERRORS[code];
  return { type: `urn:hygate:error:${code}`, title, status, detail, code, retry };
}

const isClientError = (status: number | undefined): status is number =>
  status !== undefined && status >= 400 && status < 500;

/** Any error as the problem that the client is told. What is our fault is told without its inside. */
function judge(error: FastifyError | HygateError): Problem {
  if (error instanceof HygateError) return problemOf(error.code, error.message);
  if (error.validation !== undefined) return problemOf('request-invalid', error.message);
  if (error.statusCode === 429) return problemOf('too-many-requests', error.message);
  if (isClientError(error.statusCode)) return problemOf('request-invalid', error.message, error.statusCode);
  return problemOf('internal', 'The gateway met an error of its own; its log says which.');
}

/** Answers every error as RFC 9457 problem details. */
export const errorHandler =
  (log: Log) => (error: FastifyError | HygateError, request: FastifyRequest, reply: FastifyReply) => {
    const problem = judge(error);
    if (problem.status >= 500)
      log.error({ method: request.method, route: request.routeOptions.url, err: error }, 'a request failed');
    return sendProblem(reply, problem);
  };

export const notFoundHandler = (request: FastifyRequest, reply: FastifyReply) =>
  sendProblem(
    reply,
    problemOf('not-found', `There is nothing at ${request.method} ${request.url.split('?')[0]}.`),
  );

const sendProblem = (reply: FastifyReply, problem: Problem) =>
  reply.code(problem.status).type('application/problem+json').send(problem);
