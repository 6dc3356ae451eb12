import type { Severity } from '#model/standard';
import type { Text } from '#model/text';
import { type Finding, fault, verbatim, warning } from './finding.ts';

/** What the gateway says of itself at /healthz. */
export interface HealthFacts {
  readonly complaints: readonly string[];
  readonly notes: readonly string[];
}

/** An alarm of the gateway about itself that is not over. */
export interface OwnAlarm {
  readonly name: Text;
  readonly severity: Severity;
  readonly advice: Text;
}

const about: Text = { zh: '网关', en: 'gateway' };

export const ofHealth = ({ complaints, notes }: HealthFacts): readonly Finding[] => [
  ...complaints.map((said) => fault({ code: 'gateway-complains', about, what: verbatim(said), advice: LOG })),
  ...notes.map((said) => warning({ code: 'gateway-notes', about, what: verbatim(said), advice: LOG })),
];

const LOG: Text = {
  zh: '详情见 journalctl -u hygate',
  en: 'journalctl -u hygate says more',
};

export const ofOwnAlarms = (alarms: readonly OwnAlarm[]): readonly Finding[] =>
  alarms.map(({ name, severity, advice }) => {
    const say = severity === 'critical' ? fault : warning;
    const what = { zh: `报警中：${name.zh}`, en: `an alarm stands: ${name.en}` };
    return say({ code: 'gateway-alarm', about, what, advice });
  });
