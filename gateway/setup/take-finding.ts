import type { DeviceAnswer } from './answers.ts';
import type { Finding } from './finding.ts';
import { numbered } from './identifier.ts';

export interface Taking {
  readonly area: string;
  readonly limits: string | null;
  readonly tables: readonly string[];
  readonly taken: ReadonlySet<string>;
}

/** A finding as a device of the site file; its driver's name is the stem of its id. */
export function takeFinding(finding: Finding, { area, limits, tables, taken }: Taking): DeviceAnswer {
  const { driver, connect, why, others, certificate, user, isPlain, points } = finding;
  const doubt = others.length === 0 ? '' : ` It could be ${others.join(', or ')} as well.`;
  return {
    ...{ id: numbered(driver, taken), name: null, area, driver, connect, limits, tables },
    why: `${why}${doubt} Look whether its values are right: hygate probe`,
    ...{ trusted: certificate, user, isPlain, points },
  };
}
