import { Type } from 'typebox';
import { defineChannel } from '#model/channel';
import { MINUTE } from '#model/time';
import { valueAt } from '../../transport/json.ts';
import { keywordOption, secretAddress, secretOption, timeoutOption } from '../../transport/options.ts';
import { openRobot } from '../../transport/robot.ts';
import { render, signed } from './letter.ts';
import { RULINGS } from './rulings.ts';

export { render };

export default defineChannel({
  name: 'dingtalk',
  title: { zh: '钉钉群机器人', en: 'DingTalk group robot' },
  needs: [],
  pace: [{ messages: 20, within: MINUTE, per: 'channel' }],
  options: Type.Object(
    {
      url: secretAddress('The robot’s webhook address, with its access_token.'),
      secret: Type.Optional(secretOption('Of the security setting “加签”; begins with SEC.')),
      keyword: Type.Optional(keywordOption()),
      timeout: timeoutOption(),
    },
    { title: 'the channel dingtalk', additionalProperties: false },
  ),
  open: (options, deps) =>
    openRobot(options, deps, {
      request: (message, to, now) => signed(options, render(options, message, to), now),
      code: (json) => valueAt(json, 'errcode'),
      rulings: () => RULINGS,
    }),
});
