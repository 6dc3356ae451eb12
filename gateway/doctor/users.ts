import type { Text } from '#model/text';
import { type Finding, fault, warning } from './finding.ts';

export interface UserFacts {
  readonly name: string;
  /** The password is the one-time password that the gateway made. */
  readonly mustChange: boolean;
  readonly disabled: boolean;
}

const about: Text = { zh: '登录', en: 'log-in' };

export const ofUsers = (users: readonly UserFacts[]): readonly Finding[] =>
  users
    .filter(({ mustChange, disabled }) => mustChange && !disabled)
    .map(({ name }) =>
      warning({
        code: 'password-unchanged',
        about,
        what: { zh: `${name} 从未修改一次性密码`, en: `${name} never changed the one-time password` },
        advice: {
          zh: '请登录网页修改；找不到密码时重启网关，启动时会显示新的',
          en: 'Log in and choose one; if it is lost, restart the gateway: it shows a new one until then',
        },
      }),
    );

/** The file of users cannot be read. */
export const usersUnreadable = (why: string): Finding =>
  fault({
    code: 'users-unreadable',
    about,
    what: { zh: `用户文件无法读取（${why}）`, en: `the file of users cannot be used (${why})` },
    advice: {
      zh: '请从备份恢复 users.sqlite 后重启网关',
      en: 'Put users.sqlite back from a backup and restart the gateway',
    },
  });
