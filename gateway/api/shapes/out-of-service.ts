import { Type } from 'typebox';
import type { OutOfService } from '#model/alarm';
import { EpochMsShape, PointIdShape, textOrNull } from './shape.ts';

export const OutOfServiceShape = Type.Unsafe<OutOfService>(
  Type.Object(
    {
      point: PointIdShape,
      since: EpochMsShape,
      until: EpochMsShape,
      by: textOrNull({ description: 'null: a planned maintenance' }),
      comment: Type.String(),
    },
    { title: 'OutOfService' },
  ),
);
