import { Type } from 'typebox';
import { defineChannel } from '#model/channel';
import { MINUTE } from '#model/time';
import { valueAt } from '../../transport/json.ts';
import { secretAddress, timeoutOption } from '../../transport/options.ts';
import { openRobot } from '../../transport/robot.ts';
import { render } from './letter.ts';
import { RULINGS } from './rulings.ts';

export { render };

export default defineChannel({
  name: 'wecom',
  title: { zh: '企业微信群机器人', en: 'WeCom group robot' },
  needs: [],
  pace: [{ messages: 20, within: MINUTE, per: 'channel' }],
  options: Type.Object(
    {
      url: secretAddress('The robot’s webhook address, with its key.'),
      timeout: timeoutOption(),
    },
    { title: 'the channel wecom', additionalProperties: false },
  ),
  open: (options, deps) =>
    openRobot(options, deps, {
      request: (message, to) => render(options, message, to),
      code: (json) => valueAt(json, 'errcode'),
      rulings: () => RULINGS,
    }),
});
