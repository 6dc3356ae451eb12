import { createHmac } from 'node:crypto';
import { type Asked, type HttpProvider, type Reply, startHttpProvider } from './http-provider.ts';

const TOKEN = '566cc69da782ec33e42541b09b08551f09fbe864eb8008112e994b43887';
const HOUR = 3_600_000;

export interface DingtalkServer extends HttpProvider {
  /** The robot's address. */
  readonly url: string;
}

export interface RobotSetting {
  readonly secret?: string;
  readonly keyword?: string;
}

/** `oapi.dingtalk.com/robot/send` as its document says, with the security settings given. */
export async function startDingtalkServer(setting: RobotSetting): Promise<DingtalkServer> {
  let taken = 0;
  const server = await startHttpProvider((asked) => {
    const refused = judge(asked, setting);
    if (refused !== undefined) return refused;
    taken++;
    return taken > 20 ? error(130101, 'send too fast, exceed 20 times per minute') : error(0, 'ok');
  });
  return { ...server, url: `${server.origin}/robot/send?access_token=${TOKEN}` };
}

const error = (errcode: number, errmsg: string): Reply => ({ body: { errcode, errmsg } });

function judge(asked: Asked, { secret, keyword }: RobotSetting): Reply | undefined {
  const { method, path, query, text } = asked;
  if (method !== 'POST' || !path.startsWith('/robot/send?')) return { status: 404, body: '' };
  if (query.get('access_token') !== TOKEN) return error(300005, 'token is not exist');
  if (Buffer.byteLength(text) > 20_000) return error(460101, 'message too long, exceed 20000 bytes');
  const { msgtype, text: content } = JSON.parse(text);
  if (msgtype !== 'text') return error(400105, 'unsupported msg type');
  if (keyword !== undefined && !content.content.includes(keyword)) {
    return error(310000, 'keywords not in content');
  }
  return secret === undefined ? undefined : signatureOf(asked, secret);
}

function signatureOf({ query }: Asked, secret: string): Reply | undefined {
  const timestamp = query.get('timestamp') ?? '';
  if (!(Math.abs(Date.now() - Number(timestamp)) < HOUR)) return error(310000, 'invalid timestamp');
  const right = createHmac('sha256', secret).update(`${timestamp}\n${secret}`, 'utf8').digest('base64');
  return query.get('sign') === right ? undefined : error(310000, 'sign not match');
}
