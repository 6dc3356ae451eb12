import type { Asking } from '../asking.ts';
import { column, IS_BAD, IS_VALUE, PLACE, WHOLE_SPAN } from '../filters.ts';
import type { Question } from '../question.ts';
import { quantitiesOf, type Scope } from '../scope.ts';
import type { Target } from '../target.ts';
import { placeColumns } from './place-columns.ts';
import { table } from './table.ts';

/** When each point last said anything that is a value: whoever is silent longest stands first. */
export const silence = (scope: Scope): Asking =>
  table(scope, {
    title: { zh: '各测点最后有效读数', en: 'Last good reading of each point' },
    description: {
      zh: '最久没有有效读数的排在最前。超过 24 小时没有读数的测点不在表中，但在“未结束的报警”中。',
      en: 'The most silent first. What was silent for more than 24 hours is not here, but among the alarms that stand.',
    },
    timeFrom: '24h',
    targets: quantitiesOf(scope).map((measurement) => ({
      ...{ refId: measurement, format: 'table' },
      question: { ...byPoint(measurement), columns: [column('last', 'value')], where: [IS_VALUE] },
    })),
    transformations: [{ id: 'merge', options: {} }],
    columns: [
      ...placeColumns(scope),
      {
        ...{ field: 'Time', title: { zh: '最后有效读数', en: 'Last good reading' } },
        looks: [{ id: 'unit', value: 'dateTimeFromNow' }],
      },
    ],
    sortBy: [{ field: 'Time', descending: false }],
    noValue: { zh: '24 小时内没有读数', en: 'no reading within 24 hours' },
  });

/** How many readings came of each point, and how many of them say that there was no value. */
export const readingCounts = (scope: Scope): Asking =>
  table(scope, {
    title: { zh: '各测点读数', en: 'Readings of each point' },
    description: {
      zh: '所选时间段内收到的读数，以及其中的无效读数。应有多少、缺失多少及原因，见网关页面的“数据完整率”。',
      en: 'What came in the span, and what of it is bad. What should have come and why it did not is on the page.',
    },
    targets: quantitiesOf(scope).flatMap((measurement) => [
      counting(measurement, 'readings', []),
      counting(measurement, 'bad', [IS_BAD]),
    ]),
    transformations: [{ id: 'merge', options: {} }],
    columns: [
      ...placeColumns(scope),
      { field: 'readings', title: { zh: '读数', en: 'Readings' } },
      { field: 'bad', title: { zh: '其中无效', en: 'Bad ones' }, looks: [{ id: 'noValue', value: '0' }] },
    ],
    sortBy: [{ field: 'bad', descending: true }],
    noValue: { zh: '这段时间没有读数', en: 'no reading in this span' },
  });

const counting = (measurement: Question['measurement'], name: string, where: Question['where']): Target => ({
  ...{ refId: `${measurement}-${name}`, format: 'table' },
  question: { ...byPoint(measurement), columns: [column('count', 'q', name)], where },
});

/** Of every point that measures the quantity. */
const byPoint = (measurement: Question['measurement']) => ({
  ...WHOLE_SPAN,
  ...{ measurement, tags: PLACE, by: ['area', 'device', 'point'] },
});
