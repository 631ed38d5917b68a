import { DateTime } from 'luxon';

/** Zone of the office the log is of; its offset changes on 30 October 2011 and 25 March 2012. */
export const ZONE = 'Europe/Amsterdam';

/** One event of a case. */
export interface SampleStep {
  /** Epoch ms. */
  readonly at: number;
  readonly name: string;
  readonly transition: 'SCHEDULE' | 'START' | 'COMPLETE';
  /** Absent where the log names nobody. */
  readonly who?: string;
}
/** One application. */
export interface SampleCase {
  readonly name: string;
  readonly amount: number;
  readonly steps: readonly SampleStep[];
}

/** The log as XES, attributes in the order the real log has them. */
export function toXes(cases: readonly SampleCase[]): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8" ?>',
    '<!-- A made-up log: no person and no application in it is real. See examples/loan/README.md -->',
    '<log xes.version="1.0" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">',
    '\t<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>',
    '\t<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>',
    '\t<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>',
    '\t<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>',
    '\t<global scope="event">',
    '\t\t<date key="time:timestamp" value="1970-01-01T00:00:00.000+01:00"/>',
    '\t\t<string key="concept:name" value="UNKNOWN"/>',
    '\t</global>',
    '\t<classifier name="Activity classifier" keys="concept:name lifecycle:transition"/>',
    `\t<int key="meta_general:traces_total" value="${cases.length}"><string key="made" value="up"/></int>`,
  ];
  for (const { name, amount, steps } of cases) {
    const registered = Math.min(...steps.map(({ at }) => at));
    lines.push(
      '\t<trace>',
      `\t\t<date key="REG_DATE" value="${stamp(registered)}"/>`,
      `\t\t<string key="concept:name" value="${name}"/>`,
      `\t\t<string key="AMOUNT_REQ" value="${amount}"/>`,
    );
    for (const { at, name: stage, transition, who } of steps)
      lines.push(
        '\t\t<event>',
        ...(who === undefined ? [] : [`\t\t\t<string key="org:resource" value="${who}"/>`]),
        `\t\t\t<string key="lifecycle:transition" value="${transition}"/>`,
        `\t\t\t<string key="concept:name" value="${stage}"/>`,
        `\t\t\t<date key="time:timestamp" value="${stamp(at)}"/>`,
        '\t\t</event>',
      );
    lines.push('\t</trace>');
  }
  return `${lines.join('\n')}\n</log>\n`;
}

function stamp(at: number): string {
  return DateTime.fromMillis(at, { zone: ZONE }).toFormat("yyyy-MM-dd'T'HH:mm:ss.SSSZZ");
}
