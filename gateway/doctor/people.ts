import type { Text } from '#model/text';
import { type Finding, warning } from './finding.ts';

export interface PeopleFacts {
  readonly people: number;
  readonly routes: number;
  /** What `hygate check` says of the site file though it is good. */
  readonly hints: readonly Text[];
}

export function ofPeople({ people, routes, hints }: PeopleFacts): readonly Finding[] {
  const about: Text = { zh: '通知', en: 'messages' };
  const nobody = {
    what: { zh: '报警不会通知任何人', en: 'nobody is told of any alarm' },
    advice: {
      zh: '请在站点文件中写 people、channels 和 routes',
      en: 'Write people, channels and routes into the site file',
    },
  };
  return [
    ...(people === 0 || routes === 0 ? [warning({ code: 'nobody-told', about, ...nobody })] : []),
    ...hints.map(hinted),
  ];
}

/** One hint is a line, or a line and what to do. */
const hinted = ({ zh, en }: Text): Finding =>
  warning({
    code: 'site-hint',
    about: { zh: '站点文件', en: 'site file' },
    what: { zh: oneLine(zh), en: oneLine(en) },
    advice: { zh: '详见 gateway/config/README.md', en: 'gateway/config/README.md has every key' },
  });

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');
