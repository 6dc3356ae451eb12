import type { AreaKind } from '#model/site';
import type { Text } from '#model/text';
import type { Answers, AreaAnswer, MailAnswer, PersonAnswer } from './answers.ts';
import { askDevices } from './device-questions.ts';
import { AREA_KINDS, type Given } from './flags.ts';
import { idFrom, isId, numbered } from './identifier.ts';
import { agree, ask, both, choose, type Terminal } from './question.ts';
import type { Surroundings } from './surroundings.ts';

const KINDS: Readonly<Record<AreaKind, Text>> = {
  'cold-chain': { zh: '疫苗、药品冷藏', en: 'vaccines and drugs' },
  'medical-waste': { zh: '医疗废物暂存间', en: 'medical-waste store' },
  'drinking-water': { zh: '生活饮用水', en: 'drinking water' },
  'pool-water': { zh: '泳池、水疗池', en: 'pool water' },
  wastewater: { zh: '医疗污水', en: 'wastewater' },
  radiation: { zh: '放射场所', en: 'radiation' },
  other: { zh: '其他', en: 'other' },
};

const ID_HINT = {
  zh: '小写字母、数字和单个连字符，如 hz-second',
  en: 'lower-case letters, digits and single hyphens, such as hz-second',
};
const readId = (typed: string): string | undefined => (isId(typed) ? typed : undefined);
const readText = (typed: string): string | undefined => (typed === '' ? undefined : typed);
const SOMETHING = { zh: '不能为空', en: 'something must be typed' };

/** Asks for what the flags do not say. */
export async function interview(terminal: Terminal, given: Given, around: Surroundings): Promise<Answers> {
  terminal.say(
    '直接回车 = 采用方括号中的值；Ctrl-C 退出，不写任何文件。Enter takes what is in brackets; Ctrl-C ends, and nothing is written.',
  );
  const name = given.name ?? (await askText(terminal, { zh: '单位名称', en: 'Name of the site' }));
  const id = given.id ?? (await askSiteId(terminal, name));
  const timeZone = given.timeZone ?? (await askTimeZone(terminal, around.timeZone));
  const areas = given.areas.length > 0 ? given.areas : await askAreas(terminal);
  const devices = await askDevices(terminal, { given, areas, around });
  const mail = given.mail ?? (await askMail(terminal));
  const people = given.people.length > 0 || mail === null ? given.people : await askPeople(terminal);
  return { id, name, timeZone, areas, devices, people, mail };
}

const askText = (terminal: Terminal, text: Text, usual?: string): Promise<string> =>
  ask(terminal, { text, ...(usual === undefined ? {} : { usual }), read: readText, hint: SOMETHING });

const askSiteId = (terminal: Terminal, name: string): Promise<string> =>
  ask(terminal, {
    text: { zh: '站点代号（以后不要改）', en: 'Id of the site, for ever' },
    usual: idFrom(name, 'site'),
    read: readId,
    hint: ID_HINT,
  });

const askTimeZone = (terminal: Terminal, usual: string): Promise<string> =>
  ask(terminal, {
    text: { zh: '时区', en: 'Time zone' },
    usual,
    read: (typed) => (isTimeZone(typed) ? typed : undefined),
    hint: { zh: '如 Asia/Shanghai', en: 'such as Asia/Shanghai' },
  });

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).format(0) !== '';
  } catch {
    return false;
  }
}

async function askAreas(terminal: Terminal): Promise<AreaAnswer[]> {
  const areas: AreaAnswer[] = [];
  do {
    const what = { zh: '区域类型', en: 'Kind of the area' };
    const kind = await choose(
      terminal,
      what,
      AREA_KINDS.map((each) => [both(KINDS[each]), each] as const),
    );
    const name = await askText(terminal, { zh: '区域名称', en: 'Its name' }, KINDS[kind].zh);
    const taken = new Set(areas.map(({ id }) => id));
    areas.push({ id: idFrom(name, numbered(kind, taken), taken), name, kind });
  } while (await agree(terminal, { zh: '还有别的区域吗', en: 'Another area' }, 'n'));
  return areas;
}

async function askMail(terminal: Terminal): Promise<MailAnswer | null> {
  const host = await ask(terminal, {
    text: {
      zh: '发报警邮件的服务器（回车：暂不报警到人）',
      en: 'Mail server for alarms (Enter: nobody is called yet)',
    },
    usual: '',
    read: (typed) => (/\s/.test(typed) ? undefined : typed),
    hint: { zh: '如 smtp.hospital.example', en: 'such as smtp.hospital.example' },
  });
  if (host === '') return null;
  const from = await askAddress(terminal, { zh: '发件地址', en: 'Sender’s address' });
  const user = await askText(terminal, { zh: '登录名', en: 'Log-in' }, from);
  return { host, from, user };
}

const askAddress = (terminal: Terminal, text: Text): Promise<string> =>
  ask(terminal, {
    text,
    read: (typed) => (/^[^\s@]+@[^\s@]+$/.test(typed) ? typed : undefined),
    hint: { zh: '如 alarm@hospital.example', en: 'such as alarm@hospital.example' },
  });

async function askPeople(terminal: Terminal): Promise<PersonAnswer[]> {
  const people: PersonAnswer[] = [];
  do {
    const name = await askText(terminal, { zh: '报警通知谁（姓名）', en: 'Who is called (name)' });
    const email = await askAddress(terminal, { zh: '邮箱', en: 'E-mail' });
    const taken = new Set(people.map(({ id }) => id));
    people.push({ id: idFrom(name, idFrom(email.split('@')[0] ?? '', 'person'), taken), name, email });
  } while (await agree(terminal, { zh: '还有别人吗', en: 'Somebody else' }, 'n'));
  return people;
}
