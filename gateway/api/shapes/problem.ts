import { Type } from 'typebox';
import { ERRORS, type ErrorCode } from '#model/errors';
import { oneOf } from './shape.ts';

/** Problem details, RFC 9457. `code` is stable; `retry` says whether the same call may succeed later. */
export const ProblemShape = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What happened and what to do, for people' }),
    code: oneOf(Object.keys(ERRORS) as ErrorCode[]),
    retry: Type.Boolean(),
  },
  { title: 'Problem' },
);
