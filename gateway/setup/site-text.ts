import { stringify } from 'yaml';
import type { Answers, DeviceAnswer } from './answers.ts';

/** A secret that the site file refers to. */
export interface Secret {
  /** Of the environment variable. */
  readonly variable: string;
  readonly what: string;
  /** Made here; else a person knows it. */
  readonly isOurs: boolean;
}

/** The text of a site file, with words about what to look at. Pure. */
export function siteText(answers: Answers): string {
  const { id, name, timeZone, areas, devices, people, mail } = answers;
  return [
    ...remarks([
      `Hygate: ${name}. Made by hygate init.`,
      'Every key: gateway/config/README.md. After each change: hygate check FILE',
      'The id stands in every topic and tag: never change it.',
    ]),
    yaml({ site: { id, name, 'time-zone': timeZone } }),
    '',
    yaml({ areas }),
    '',
    'devices:',
    ...devices.flatMap(deviceLines),
    '',
    ...calling(people, mail),
    '',
  ].join('\n');
}

/** In the order of the file. */
export function secretsOf({ devices, mail }: Answers): Secret[] {
  const loggers = devices
    .filter(({ connect }) => connect === null)
    .map(({ id }) => ({ variable: passwordOf(id), what: `MQTT log-in of ${id}`, isOurs: true }));
  const user = devices.find((device) => device.user !== null)?.user ?? null;
  const servers =
    user === null
      ? []
      : [{ variable: OPCUA_PASSWORD, what: `log-in of ${user} at OPC UA servers`, isOurs: false }];
  if (mail === null || mail.user === null) return [...loggers, ...servers];
  return [
    ...loggers,
    ...servers,
    { variable: MAIL, what: `log-in of ${mail.user} at ${mail.host}`, isOurs: false },
  ];
}

const MAIL = 'MAIL_PASSWORD';
/** Also of the environment in which a scan logs in. */
export const OPCUA_PASSWORD = 'OPCUA_PASSWORD';
const passwordOf = (id: string): string => `LOGGER_${id.replaceAll('-', '_').toUpperCase()}`;
const reference = (variable: string): string => `\${${variable}}`;

function deviceLines(device: DeviceAnswer): string[] {
  const { limits, tables, why, trusted, isPlain } = device;
  const unlimited = limits === null;
  return [
    ...remarks([
      ...(why === null ? [] : [why]),
      ...(isPlain ? ['This server encrypts nothing: what it says can be changed on the way.'] : []),
      ...(unlimited
        ? [
            `NO LIMITS YET: it is recorded, and nobody is alarmed. limits: ${tables.join(', or ') || 'see the page of limits'}`,
          ]
        : []),
    ]).map((line) => `  ${line}`),
    ...indented(yaml([deviceFile(device, trusted)])),
  ];
}

function deviceFile(device: DeviceAnswer, trusted: string | null): object {
  const { id, name, area, driver, connect, limits, user, isPlain, points } = device;
  const login = user === null ? {} : { user, password: reference(OPCUA_PASSWORD) };
  const security = { ...(isPlain ? { mode: 'None' } : { server: trusted }), ...login };
  return {
    id,
    ...(name === null ? {} : { name }),
    ...{ area, driver },
    ...(connect === null ? { login: { password: reference(passwordOf(id)) } } : { connect }),
    ...(trusted !== null || isPlain ? { security } : {}),
    ...(limits === null ? {} : { limits }),
    ...(points.length === 0 ? {} : { points }),
  };
}

function calling(people: Answers['people'], mail: Answers['mail']): string[] {
  if (mail === null || people.length === 0)
    return remarks([
      'NOBODY IS CALLED YET: see the pages of alarms and rotas for people, channels and routes.',
    ]);
  const { host, from, user } = mail;
  const login = user === null ? { port: 25, security: 'plain' } : { user, password: reference(MAIL) };
  return [
    yaml({ people: people.map((person) => ({ ...person, channels: ['email'] })) }),
    '',
    yaml({ channels: { email: { host, ...login, from } } }),
    '',
    ...remarks(['Everybody is told of everything. Rotas and escalation: the page of alarms and rotas.']),
    yaml({ routes: [{ to: people.map(({ id }) => id) }] }),
  ];
}

const yaml = (value: unknown): string => stringify(value, { lineWidth: 0 }).trimEnd();

const indented = (text: string): string[] => text.split('\n').map((line) => (line === '' ? '' : `  ${line}`));

/** Whatever somebody called a thing, it stays on its line. */
const remarks = (lines: readonly string[]): string[] =>
  lines.map((line) => `# ${line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`);
