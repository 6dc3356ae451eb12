import { Type } from 'typebox';
import { defineChannel } from '#model/channel';
import { MINUTE, SECOND } from '#model/time';
import { valueAt } from '../../transport/json.ts';
import { keywordOption, secretAddress, secretOption, timeoutOption } from '../../transport/options.ts';
import { openRobot } from '../../transport/robot.ts';
import { render } from './letter.ts';
import { rulingsFor } from './rulings.ts';

export { render };

export default defineChannel({
  name: 'feishu',
  title: { zh: '飞书群机器人', en: 'Feishu group robot' },
  needs: [],
  pace: [
    { messages: 100, within: MINUTE, per: 'channel' },
    { messages: 5, within: SECOND, per: 'channel' },
  ],
  options: Type.Object(
    {
      url: secretAddress('The robot’s webhook address; its last part is the key.'),
      secret: Type.Optional(secretOption('Of the security setting “签名校验”.')),
      keyword: Type.Optional(keywordOption()),
      timeout: timeoutOption(),
    },
    { title: 'the channel feishu', additionalProperties: false },
  ),
  open: (options, deps) =>
    openRobot(options, deps, {
      request: (message, to, now) => render(options, message, to, now),
      // Older robots say `StatusCode` and no `code`.
      code: (json) => valueAt(json, 'code') ?? valueAt(json, 'StatusCode'),
      rulings: rulingsFor,
    }),
});
