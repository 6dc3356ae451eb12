import type { Site } from '#model/site';
import type { Line, Speech } from './speech.ts';

/*
 * The regular trial of the way to a person.
 */

export const subjectOfTrial = (site: Site, speech: Speech): string =>
  speech.pick(
    `[测试] ${speech.of(site.name)} 报警通知测试，请确认收到`,
    `[Test] ${speech.of(site.name)} alarm messages: please confirm`,
  );

/** `answerable`: there is a link in the message. */
export function linesOfTrial(site: Site, answerable: boolean, speech: Speech): Line[] {
  const within = site.testCall === null ? '' : speech.span(site.testCall.answerWithin);
  const zh = within === '' ? '' : `请在 ${within}内`;
  const en = within === '' ? '' : ` within ${within}`;
  return [
    [speech.pick('站点', 'Site'), speech.of(site.name)],
    [
      speech.pick('说明', 'Note'),
      speech.pick('这是定期测试，没有报警', 'this is the regular test; there is no alarm'),
    ],
    [
      speech.pick('处置', 'What to do'),
      answerable
        ? speech.pick(`${zh}打开链接确认收到`, `open the link and confirm${en}`)
        : speech.pick(`${zh}在页面上确认收到`, `confirm on the page${en}`),
    ],
  ];
}
