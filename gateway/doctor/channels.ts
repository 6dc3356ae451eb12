import type { Text } from '#model/text';
import { type Endpoint, shownEndpoint } from './endpoint.ts';
import { type Finding, fault } from './finding.ts';

/** A place that something of the site needs, tried without a word being sent. */
export interface Reach {
  readonly endpoint: Endpoint;
  /** Why nothing answers; null when it does. */
  readonly error: string | null;
}

export interface ChannelFacts {
  /** As the site file calls it. */
  readonly name: string;
  readonly indicator: boolean;
  readonly reaches: readonly Reach[];
  /** Why the provider does not let us in though it answers; null when it does, or where only a message could tell. */
  readonly refusal: string | null;
}

/** What a place does not answer for: its name, or its wire. */
export function adviceFor({ endpoint, error }: Reach): Text {
  if (endpoint.kind === 'serial') return SERIAL;
  return /ENOTFOUND|EAI_AGAIN/.test(error ?? '') ? NAME : WIRE;
}

const SERIAL: Text = {
  zh: '检查串口线与路径（ls /dev/serial/by-id），运行网关的用户须在 dialout 组',
  en: 'Look at its cable and path (ls /dev/serial/by-id); the user that runs the gateway must be in the group dialout',
};
const NAME: Text = {
  zh: '域名无法解析：检查网关的 DNS 设置和拼写',
  en: 'Its name is not known: look at the name servers of this box, and at the spelling in the site file',
};
const WIRE: Text = {
  zh: '检查对方是否开机、地址端口是否正确、防火墙是否放行',
  en: 'Look whether it is on, whether address and port are right, and whether a firewall lets it through',
};

export const ofChannels = (channels: readonly ChannelFacts[]): readonly Finding[] =>
  channels.flatMap((channel) => [
    ...channel.reaches.filter(({ error }) => error !== null).map((reach) => unreachable(channel, reach)),
    ...(channel.refusal === null ? [] : [refused(channel, channel.refusal)]),
  ]);

const refused = ({ name }: ChannelFacts, refusal: string): Finding =>
  fault({
    code: 'channel-refused',
    about: { zh: `通知渠道 ${name}`, en: `channel ${name}` },
    what: { zh: `登录被拒绝（${refusal}）`, en: `it does not let us in (${refusal})` },
    advice: {
      zh: '核对用户名、密码（或授权码）、端口和加密方式',
      en: 'Compare user, password, port and encryption with what the provider says',
    },
  });

function unreachable({ name, indicator }: ChannelFacts, reach: Reach): Finding {
  const place = shownEndpoint(reach.endpoint);
  return fault({
    code: indicator ? 'indicator-unreachable' : 'channel-unreachable',
    about: { zh: `通知渠道 ${name}`, en: `channel ${name}` },
    what: { zh: `${place} 不通（${reach.error}）`, en: `${place} does not answer (${reach.error})` },
    advice: adviceFor(reach),
  });
}
