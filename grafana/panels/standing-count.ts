import {
  BigValueColorMode,
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { rankOf, type Severity } from '#model/standard';
import { type Asking, asking } from '../asking.ts';
import { column } from '../filters.ts';
import { NORMAL_COLOR, SEVERITY_COLORS } from '../limits.ts';
import { noData } from '../no-data.ts';
import type { TagFilter } from '../question.ts';
import { type Scope, say } from '../scope.ts';
import { thresholds } from '../thresholds.ts';
import { SEVERITY_NAMES } from '../words.ts';
import { lastOfEach } from './alarm-tables.ts';
import { onlyRows } from './table.ts';

/** How many rules of a severity have an alarm that stands and wants somebody now. */
export function standingCount(scope: Scope, severity: Severity, tags: readonly TagFilter[]): Asking {
  const name = SEVERITY_NAMES[severity];
  const builder = new PanelBuilder()
    .title(say(scope, { zh: `未结束的报警：${name.zh}`, en: `Alarms that stand: ${name.en}` }))
    .withTransformation(onlyRows('standing', 1))
    .withTransformation(onlyRows('rank', rankOf(severity)))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['count']).values(false).fields('/^standing$/'))
    .thresholds(
      thresholds([
        { value: null, color: NORMAL_COLOR },
        { value: 1, color: SEVERITY_COLORS[severity] },
      ]),
    )
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Background)
    .mappings([noData(scope)]);
  const question = lastOfEach(tags, [column('last', 'standing'), column('raw', 'rank')]);
  return asking(builder, [{ refId: 'Q1', format: 'table', question }]);
}
