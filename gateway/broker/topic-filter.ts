/** Whether a topic, given as its levels, is meant. */
export type TopicMatch = (topic: readonly string[]) => boolean;

/** Reads an MQTT topic filter (MQTT 3.1.1, clause 4.7): `+` is one level, a last `#` any number, none included. */
export function topicMatch(filter: string): TopicMatch {
  const levels = filter.split('/');
  const open = levels.at(-1) === '#';
  const fixed = open ? levels.slice(0, -1) : levels;
  return (topic) =>
    (open ? topic.length >= fixed.length : topic.length === fixed.length) &&
    fixed.every((level, index) => level === '+' || level === topic[index]);
}
