import { DAY, HOUR, MINUTE, type Ms } from '#model/time';
import { type Finding, fault, warning } from './finding.ts';

/** Somebody who follows the journal, such as what writes to InfluxDB. */
export interface FollowerFacts {
  readonly name: string;
  readonly behindRows: number;
  /** How long the oldest row that it has not taken waits; 0 when it has taken all. */
  readonly waits: Ms;
}

/** As long as the gateway itself waits until it calls somebody. */
const BEHIND: Ms = 10 * MINUTE;

export const ofFollowers = (followers: readonly FollowerFacts[]): readonly Finding[] =>
  followers.filter(({ waits }) => waits >= BEHIND).map(behind);

function behind({ name, behindRows, waits }: FollowerFacts): Finding {
  const hours = (waits / HOUR).toFixed(1);
  const say = waits >= DAY ? fault : warning;
  return say({
    code: 'backlog',
    about: { zh: `积压 ${name}`, en: `backlog of ${name}` },
    what: {
      zh: `${behindRows} 行未处理，最早的已等待 ${hours} 小时`,
      en: `${behindRows} rows are not taken, the oldest for ${hours} h`,
    },
    advice: {
      zh: '数据安全；请让目标服务器恢复，网关会自动追上',
      en: 'Nothing is lost: mend where they go, and the gateway catches up by itself',
    },
  });
}
