import type { HygateError } from '#model/errors';
import type { Site } from '#model/site';
import type { Language } from '#model/text';
import { type AlarmWords, alarmWords, timeOf } from './link-words.ts';
import { awaitsAnswer, type LinkView } from './links.ts';

/*
 * The page behind a link: HTML of its own, without scripts, so that it works on an old phone, inside a chat program and
 * on a bad line. Everything that is not ours is escaped.
 */

/** Text that is HTML already. */
type Html = string;

/** The page of a link that is good: what it is about, and the button while there is something to answer. */
export function linkPage(view: LinkView, site: Site): Html {
  const { language } = view.person;
  const say = (zh: string, en: string) => (language === 'zh' ? zh : en);
  const content = view.about === 'test' ? trial(view, say) : alarms(view, site, language);
  return wholePage(
    language,
    site.name[language],
    [content, outcome(view, site, say), foot(view, say)].join(''),
  );
}

/** What is wrong with a link, in both languages: whoever holds a wrong one is not known. */
export function linkErrorPage({ code, message }: Pick<HygateError, 'code' | 'message'>): Html {
  const zh = ERRORS_ZH[code] ?? '链接暂时无法使用，请稍后再试，或登录页面确认。';
  return wholePage(
    'zh',
    'Hygate',
    `<p class="note">${escapeHtml(zh)}</p><p class="note" lang="en">${escapeHtml(message)}</p>`,
  );
}

const ERRORS_ZH: Readonly<Record<string, string>> = {
  'link-invalid': '链接无效：请打开消息中的完整链接。',
  'link-expired': '链接已过期（24 小时）：请登录页面确认。',
  'link-used': '此链接已使用过，每个链接只能使用一次。',
  'alarm-taken': '该报警已由其他人确认。',
  'alarm-over': '该报警已结束，无需确认。',
  'too-many-requests': '请求过于频繁，请稍后再试。',
};

type Say = (zh: string, en: string) => string;

const trial = ({ answeredAt }: LinkView, say: Say): Html =>
  `<h1>${say('报警通知测试', 'Test of alarm messages')}</h1>
  <p>${say('这是定期测试，没有报警。', 'This is the regular test; there is no alarm.')}</p>
  ${answeredAt === null ? form(say('确认收到', 'I have received it'), '', say) : ''}`;

function alarms(view: LinkView, site: Site, language: Language): Html {
  const say: Say = (zh, en) => (language === 'zh' ? zh : en);
  const cards = view.alarms.map((alarm) => card(alarmWords(alarm, site, language), say)).join('');
  const open = view.alarms.filter(awaitsAnswer).length;
  if (view.answeredAt !== null || open === 0) return cards;
  const label =
    open === 1 ? say('确认报警', 'Acknowledge') : say(`确认 ${open} 项报警`, `Acknowledge ${open} alarms`);
  return cards + form(label, say('备注（可选）', 'Comment (may be empty)'), say);
}

const card = (
  { severity, severityName, what, where, value, since, state, advice }: AlarmWords,
  say: Say,
): Html =>
  `<section class="${severity}">
  <h1><span>${escapeHtml(severityName)}</span> ${escapeHtml(what)}${value === '' ? '' : ` <b>${escapeHtml(value)}</b>`}</h1>
  <p class="where">${escapeHtml(where)}</p>
  <dl><dt>${say('开始', 'Since')}</dt><dd>${escapeHtml(since)}</dd>
  <dt>${say('状态', 'State')}</dt><dd>${escapeHtml(state)}</dd>
  <dt>${say('处置', 'What to do')}</dt><dd>${escapeHtml(advice)}</dd></dl>
  </section>`;

/** It posts to the address that it came from. `hint`: of the comment; none without one. */
const form = (label: string, hint: string, say: Say): Html =>
  `<form method="post">
  ${hint === '' ? '' : `<label>${hint}<textarea name="comment" rows="2" maxlength="1000"></textarea></label>`}
  <button type="submit">${label}</button>
  </form><p class="hint">${say('此链接仅供您本人使用，可用一次。', 'This link is yours alone and works once.')}</p>`;

function outcome({ answeredAt, about }: LinkView, site: Site, say: Say): Html {
  if (answeredAt === null) return '';
  const at = timeOf(answeredAt, site);
  const done =
    about === 'test' ? say('已确认收到', 'Confirmed') : say('您已确认', 'You have acknowledged it');
  return `<p class="done">✓ ${done}（${escapeHtml(at)}）</p>`;
}

const foot = ({ person }: LinkView, say: Say): Html =>
  `<p class="hint">${say('收件人', 'For')}${say('：', ': ')}${escapeHtml(person.name)}</p>`;

const wholePage = (language: Language, title: string, content: Html): Html =>
  `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><link rel="stylesheet" href="/l/page.css"></head>
<body><header>${escapeHtml(title)}</header><main>${content}</main></body>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

const escapeHtml = (text: string): Html => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);

/** Colours that hold 4.5:1 against their ground (WCAG 2.2, 1.4.3); a button for a thumb in a glove. */
export const LINK_PAGE_STYLE = `
body { margin: 0; font: 18px/1.5 system-ui, -apple-system, "PingFang SC", "Noto Sans CJK SC", sans-serif; color: #14202b; background: #f2f5f7; }
header { padding: 12px 16px; background: #14303f; color: #fff; font-weight: 600; }
main { max-width: 560px; margin: 0 auto; padding: 16px; }
section { background: #fff; border-left: 8px solid #5a6b78; border-radius: 6px; padding: 12px 16px; margin-bottom: 16px; }
section.critical { border-color: #b3161b; } section.warning { border-color: #9a5b00; }
h1 { font-size: 24px; line-height: 1.3; margin: 0 0 4px; }
h1 span { font-size: 16px; padding: 2px 8px; border-radius: 4px; color: #fff; background: #5a6b78; vertical-align: 3px; }
.critical h1 span { background: #b3161b; } .warning h1 span { background: #9a5b00; }
h1 b { white-space: nowrap; }
.where { margin: 0 0 8px; color: #3c4d59; }
dl { margin: 0; } dt { color: #52626e; font-size: 15px; } dd { margin: 0 0 6px; }
label { display: block; color: #3c4d59; font-size: 15px; }
textarea { display: block; box-sizing: border-box; width: 100%; margin: 4px 0 12px; padding: 8px; font: inherit; border: 1px solid #74838e; border-radius: 6px; }
button { display: block; width: 100%; min-height: 64px; font: inherit; font-size: 22px; font-weight: 600; color: #fff; background: #0b6b4f; border: 0; border-radius: 8px; }
button:focus-visible, textarea:focus-visible { outline: 3px solid #1c6fd1; outline-offset: 2px; }
.done { font-size: 20px; font-weight: 600; color: #0b6b4f; }
.note { font-size: 20px; } .hint { font-size: 14px; color: #52626e; }
`;
