import { createHash, createHmac } from 'node:crypto';
import { type Asked, type HttpProvider, type Reply, startHttpProvider } from './http-provider.ts';

export const ALIYUN_KEY = { id: 'LTAI5tTestTestTestTest', secret: 'RightRightRightRightRightRight' };

/** What `QuerySendDetails` says of a number: 1 waiting, 2 failed, 3 delivered. */
export interface AliyunSmsServer extends HttpProvider {
  status: 1 | 2 | 3;
}

/** `dysmsapi.aliyuncs.com`, version 2017-05-25, signature method V3, as their documents say. */
export async function startAliyunSmsServer(): Promise<AliyunSmsServer> {
  const nonces = new Set<string>();
  const sent = new Map<string, string>();
  const server: AliyunSmsServer = {
    ...(await startHttpProvider((asked) => {
      const refused = refusalOf(asked, nonces);
      if (refused !== undefined) return refused;
      if (asked.headers['x-acs-action'] === 'SendSms') return sendSms(asked.query, sent);
      return querySendDetails(asked.query, sent, server.status);
    })),
    status: 1,
  };
  return server;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const gatewayError = (status: number, Code: string): Reply => ({
  status,
  body: { RequestId: '5F2D', HostId: 'dysmsapi.aliyuncs.com', Code, Message: `Specified ${Code}` },
});
const serviceError = (Code: string, Message: string): Reply => ({
  body: { RequestId: '5F2D', Code, Message },
});

function refusalOf({ path, headers, text }: Asked, nonces: Set<string>): Reply | undefined {
  const [, id, names = '', signature] =
    /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  if (signature === undefined) return gatewayError(400, 'IncompleteSignature');
  if (id !== ALIYUN_KEY.id) return gatewayError(404, 'InvalidAccessKeyId.NotFound');
  const age = Date.now() - Date.parse(String(headers['x-acs-date']));
  if (!(Math.abs(age) < 15 * 60_000)) return gatewayError(400, 'InvalidTimeStamp.Expired');
  const lines = names.split(';').map((name) => `${name}:${headers[name]}\n`);
  const [uri = '', query = ''] = path.split('?');
  const request = ['POST', uri, query, lines.join(''), names, sha256(text)].join('\n');
  const text2 = `ACS3-HMAC-SHA256\n${sha256(request)}`;
  const right = createHmac('sha256', ALIYUN_KEY.secret).update(text2).digest('hex');
  if (signature !== right) return gatewayError(400, 'SignatureDoesNotMatch');
  const nonce = String(headers['x-acs-signature-nonce']);
  if (nonces.has(nonce)) return gatewayError(400, 'SignatureNonceUsed');
  nonces.add(nonce);
  return undefined;
}

function sendSms(query: URLSearchParams, sent: Map<string, string>): Reply {
  const number = query.get('PhoneNumbers') ?? '';
  if (!/^1\d{10}$/.test(number))
    return serviceError('isv.MOBILE_NUMBER_ILLEGAL', `${number}invalid mobile number`);
  if (query.get('SignName') !== '第二人民医院')
    return serviceError('isv.SMS_SIGNATURE_ILLEGAL', '签名不合法');
  if (query.get('TemplateCode') !== 'SMS_1') return serviceError('isv.SMS_TEMPLATE_ILLEGAL', '模板不合法');
  const values = Object.values(JSON.parse(query.get('TemplateParam') ?? '{}')).map(String);
  if (values.some((value) => value === ''))
    return serviceError('isv.TEMPLATE_MISSING_PARAMETERS', '模板变量缺失');
  if (values.some((value) => [...value].length > 35))
    return serviceError('isv.PARAM_LENGTH_LIMIT', '参数超长');
  const serial = `${900619746936498440n + BigInt(sent.size)}^0`;
  sent.set(serial, number);
  return { body: { Message: 'OK', RequestId: 'F655A8D5', BizId: serial, Code: 'OK' } };
}

function querySendDetails(query: URLSearchParams, sent: Map<string, string>, status: number): Reply {
  const number = query.get('PhoneNumber') ?? '';
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
  const known = sent.get(query.get('BizId') ?? '') === number && query.get('SendDate') === today;
  const detail = {
    ...{ PhoneNum: number, SendStatus: status, ErrCode: 'DELIVERED', TemplateCode: 'SMS_1' },
    Content: '【第二人民医院】一号冰箱 温度 偏高 https://page.example/l/AbCdEfGhIjKl',
  };
  return {
    body: {
      ...{ TotalCount: known ? 1 : 0, Message: 'OK', RequestId: '819BE656', Code: 'OK' },
      SmsSendDetailDTOs: { SmsSendDetailDTO: known ? [detail] : [] },
    },
  };
}
