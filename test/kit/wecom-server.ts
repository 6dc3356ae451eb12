import { type Asked, type HttpProvider, type Reply, startHttpProvider } from './http-provider.ts';

const KEY = '693a91f6-7e5a-4bc4-97a0-0ec2sifa5aaa';

export interface WecomServer extends HttpProvider {
  /** The robot's address. */
  readonly url: string;
}

/** `qyapi.weixin.qq.com/cgi-bin/webhook/send` as its document (91770) says. */
export async function startWecomServer(): Promise<WecomServer> {
  let taken = 0;
  const server = await startHttpProvider((asked) => {
    const reply = judge(asked);
    if (reply.body !== OK) return reply;
    taken++;
    return taken > 20 ? error(45009, 'api freq out of limit') : reply;
  });
  return { ...server, url: `${server.origin}/cgi-bin/webhook/send?key=${KEY}` };
}

const OK = { errcode: 0, errmsg: 'ok' };
const error = (errcode: number, errmsg: string): Reply => ({ body: { errcode, errmsg } });

function judge({ method, path, query, text }: Asked): Reply {
  if (method !== 'POST' || !path.startsWith('/cgi-bin/webhook/send?')) return { status: 404, body: '' };
  if (query.get('key') !== KEY) {
    return error(
      93000,
      `invalid webhook url, hint: [1700000000_1], from ip: 10.0.0.1, key ${query.get('key')}`,
    );
  }
  const { msgtype, text: content } = JSON.parse(text);
  if (msgtype !== 'text') return error(40008, 'invalid message type');
  if (typeof content?.content !== 'string' || content.content === '') return error(44004, 'empty content');
  if (Buffer.byteLength(content.content) > 2048) {
    return error(93000, 'Invalid input : content exceed max length. invalid Request Parameter');
  }
  const numbers: unknown = content.mentioned_mobile_list;
  if (!Array.isArray(numbers)) return error(40058, 'invalid request parameter');
  return { body: OK };
}
