import { createHmac } from 'node:crypto';
import type { RobotSetting } from './dingtalk-server.ts';
import { type Asked, type HttpProvider, type Reply, startHttpProvider } from './http-provider.ts';

const HOOK = '/open-apis/bot/v2/hook/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';

export interface FeishuServer extends HttpProvider {
  /** The robot's address. */
  readonly url: string;
}

/** `open.feishu.cn/open-apis/bot/v2/hook` as its document says, with the security settings given. */
export async function startFeishuServer(setting: RobotSetting): Promise<FeishuServer> {
  const server = await startHttpProvider((asked) => judge(asked, setting));
  return { ...server, url: `${server.origin}${HOOK}` };
}

const error = (code: number, msg: string): Reply => ({
  status: code === 9499 ? 400 : 200,
  body: { code, data: {}, msg },
});

function judge({ method, path, text }: Asked, { secret, keyword }: RobotSetting): Reply {
  if (method !== 'POST') return { status: 404, body: '404 page not found' };
  if (path !== HOOK) return error(19001, 'param invalid: incoming webhook access token invalid');
  if (Buffer.byteLength(text) > 20 * 1024) return error(9499, 'Bad Request');
  const { timestamp, sign, msg_type, content } = JSON.parse(text);
  if (msg_type !== 'text' || typeof content?.text !== 'string') return error(9499, 'Bad Request');
  if (secret !== undefined && !isSigned({ timestamp, sign }, secret)) {
    return error(19021, 'sign match fail or timestamp is not within one hour from current time');
  }
  if (keyword !== undefined && !content.text.includes(keyword)) return error(19024, 'Key Words Not Found');
  return { body: { code: 0, msg: 'success', data: {} } };
}

function isSigned({ timestamp, sign }: { timestamp?: string; sign?: string }, secret: string): boolean {
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) < 3600)) return false;
  return sign === createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
}
