import { createHash, createHmac } from 'node:crypto';
import { type Asked, type HttpProvider, type Reply, startHttpProvider } from './http-provider.ts';

export const TENCENT_KEY = { id: 'AKIDTestTestTestTestTest', key: 'RightRightRightRightRight' };

export interface TencentSmsServer extends HttpProvider {
  /** Of the next number: `Ok`, or why it was refused. */
  code: string;
  /** What the network operator said of the messages sent so far; null: nothing yet. */
  report: 'SUCCESS' | 'FAIL' | null;
}

/** `sms.tencentcloudapi.com`, version 2021-01-11, signature v3, as their documents say. */
export async function startTencentSmsServer(): Promise<TencentSmsServer> {
  const sent: string[] = [];
  const server: TencentSmsServer = {
    ...(await startHttpProvider((asked) => {
      const refused = refusalOf(asked);
      if (refused !== undefined) return error(refused);
      if (asked.headers['x-tc-version'] !== '2021-01-11') return error('NoSuchVersion');
      const action = asked.headers['x-tc-action'];
      if (action === 'SendSms') return sendSms(JSON.parse(asked.text), server.code, sent);
      if (action === 'PullSmsSendStatusByPhoneNumber')
        return pull(JSON.parse(asked.text), server.report, sent);
      return error('InvalidAction');
    })),
    code: 'Ok',
    report: null,
  };
  return server;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const reply = (fields: object): Reply => ({ body: { Response: { ...fields, RequestId: 'a0aabda6' } } });
const error = (Code: string): Reply => reply({ Error: { Code, Message: `${Code} it is` } });

function refusalOf({ headers, text }: Asked): string | undefined {
  const [, id, date = '', service = '', names = '', signature] =
    /^TC3-HMAC-SHA256 Credential=([^/]+)\/([^/]+)\/([^/]+)\/tc3_request, SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  if (signature === undefined) return 'AuthFailure.InvalidAuthorization';
  if (id !== TENCENT_KEY.id) return 'AuthFailure.SecretIdNotFound';
  const timestamp = String(headers['x-tc-timestamp']);
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) < 300)) return 'AuthFailure.SignatureExpire';
  const lines = names.split(';').map((name) => `${name}:${headers[name]}\n`);
  const request = ['POST', '/', '', lines.join(''), names, sha256(text)].join('\n');
  const text2 = ['TC3-HMAC-SHA256', timestamp, `${date}/${service}/tc3_request`, sha256(request)].join('\n');
  const key = hmac(hmac(hmac(`TC3${TENCENT_KEY.key}`, date), service), 'tc3_request');
  const right = service === 'sms' && date === new Date(Number(timestamp) * 1000).toISOString().slice(0, 10);
  return right && hmac(key, text2).toString('hex') === signature ? undefined : 'AuthFailure.SignatureFailure';
}

interface SendSms {
  readonly PhoneNumberSet: readonly string[];
  readonly SmsSdkAppId: string;
  readonly SignName: string;
  readonly TemplateId: string;
  readonly TemplateParamSet: readonly string[];
  readonly SessionContext: string;
}

function sendSms(asked: SendSms, code: string, sent: string[]): Reply {
  const [number = ''] = asked.PhoneNumberSet;
  if (asked.SmsSdkAppId !== '1400006666') return error('InvalidParameterValue.SdkAppIdNotExist');
  const rightNumber = /^\+861\d{10}$/.test(number);
  const Code = rightNumber ? code : 'InvalidParameterValue.IncorrectPhoneNumber';
  const SerialNo = Code === 'Ok' ? `5000:10457106691570536578${sent.length}` : '';
  if (Code === 'Ok') sent.push(SerialNo);
  const status = { SerialNo, PhoneNumber: number, Fee: Code === 'Ok' ? 1 : 0, Code, Message: Code };
  return reply({ SendStatusSet: [{ ...status, SessionContext: asked.SessionContext, IsoCode: 'CN' }] });
}

interface Pull {
  readonly BeginTime: number;
  readonly Offset: number;
  readonly Limit: number;
  readonly PhoneNumber: string;
}

function pull(asked: Pull, report: string | null, sent: readonly string[]): Reply {
  const wrong = asked.BeginTime > Date.now() / 1000 || asked.Offset !== 0 || asked.Limit > 100;
  if (wrong) return error('InvalidParameterValue.BeginTimeVerifyFail');
  const listed = report === null ? [] : sent;
  return reply({
    PullSmsSendStatusSet: listed.map((SerialNo) => ({
      ...{ SerialNo, ReportStatus: report, Description: report === 'SUCCESS' ? 'DELIVRD' : 'UNDELIV' },
      ...{ PhoneNumber: asked.PhoneNumber, SubscriberNumber: '13800000000', CountryCode: '86' },
    })),
  });
}
