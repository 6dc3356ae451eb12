import type { TableRule } from '#model/limit-table';
import { formatDuration } from '#model/time';

/** What a further rule of a table compares, in the words of the READMEs of standards. */
export function ruleWords({ rule }: TableRule): string {
  switch (rule.kind) {
    case 'fault':
      return `${rule.reasons.join(', ')} for ${formatDuration(rule.after)}`;
    case 'frozen':
      return `no change over ${rule.least} for ${formatDuration(rule.after)}`;
    case 'rate':
      return `by more than ${rule.limit} within ${formatDuration(rule.within)}`;
    case 'mean':
      return `mean ${rule.id.endsWith('high') ? '>' : '<'} ${rule.limit}, ${rule.coverage * 100} % covered`;
    case 'exposure':
      return `${beyond(rule)} for ${formatDuration(rule.limit)} ${rule.within === 'event' ? 'in one go' : `in all within ${formatDuration(rule.within)}`}`;
    case 'kinetic-mean':
      return `> ${rule.limit} over ${formatDuration(rule.within)}`;
    case 'difference':
      return `differs from ${rule.otherKey} by more than ${rule.limit}`;
    case 'forecast':
      return `beyond its limit within ${formatDuration(rule.horizon)}`;
  }
}

function beyond({ id, beyond: limit, including }: Extract<TableRule['rule'], { kind: 'exposure' }>): string {
  const [over, at] = id === 'freeze-exposure' ? ['<', '≤'] : ['>', '≥'];
  return `${including === true ? at : over} ${limit}`;
}
