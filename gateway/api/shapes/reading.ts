import { Type } from 'typebox';
import type { Bucket, Gap } from '#model/journal';
import { GAP_CAUSES } from '#model/outage';
import { QUALITIES, REASONS } from '#model/quality';
import type { Reading } from '#model/reading';
import { EpochMsShape, numberOrNull, oneOf, PointIdShape } from './shape.ts';

export const ReadingShape = Type.Unsafe<Reading>(
  Type.Object(
    {
      point: PointIdShape,
      at: EpochMsShape,
      value: numberOrNull({ description: "In the point's unit; null when nothing was measured" }),
      quality: oneOf(QUALITIES),
      reason: Type.Unsafe<Reading['reason']>({ type: ['string', 'null'], enum: [...REASONS, null] }),
      arrived: Type.Optional(
        Type.Integer({ description: 'When it came, in ms since 1970. Only of a reading that came late' }),
      ),
    },
    { title: 'Reading' },
  ),
);

/** `fn` in a query leaves the others of min, mean and max out. */
export const BucketShape = Type.Unsafe<Partial<Bucket>>(
  Type.Object(
    {
      from: EpochMsShape,
      count: Type.Optional(Type.Integer({ description: 'Readings of any quality' })),
      bad: Type.Optional(Type.Integer()),
      min: Type.Optional(numberOrNull()),
      mean: Type.Optional(numberOrNull()),
      max: Type.Optional(numberOrNull()),
    },
    { title: 'Bucket' },
  ),
);

export const GapShape = Type.Unsafe<Gap>(
  Type.Object(
    {
      point: PointIdShape,
      from: EpochMsShape,
      to: EpochMsShape,
      missing: Type.Integer({ description: 'Samples that were due and are not there' }),
      cause: oneOf(GAP_CAUSES),
    },
    { title: 'Gap' },
  ),
);
