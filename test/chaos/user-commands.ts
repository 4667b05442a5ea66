/** Commands whose answers cannot be taken for each other's. */
import type { Answer } from '../../index.ts';

/** What the one line of the answer looks like, by command. */
export const USER_COMMANDS: Readonly<Record<string, RegExp>> = {
  'AT+CSQ': /^\+CSQ: \d+,\d+$/,
  'AT+CCLK?': /^\+CCLK: "/,
  'AT+CGMM': /^(?:Quectel_)?(?:EC25|UG96|RG500U-CN|M95|BC66)$/,
  'AT+CGMI': /^Quectel(?:_Ltd)?$/i,
  'AT+COPS?': /^\+COPS: 0/,
  'AT+CFUN?': /^\+CFUN: \d$/,
  'AT+CMEE?': /^\+CMEE: \d$/,
  'AT+CIMI': /^00101\d{10}$/,
  'AT+CGSN': /^8610\d{11}$/,
  'AT+QCCID': /^\+QCCID: \d{20}$/,
};

const textOf = ({ prefix, text }: Answer['lines'][number]): string =>
  prefix === null ? text : `${prefix}: ${text}`;

/** What is wrong with an answer: `undefined` when it is the command's own, or an error. */
export function strangeAnswer(command: string, { lines, result }: Answer): string | undefined {
  const shown = `${command} got ${JSON.stringify([...lines.map(textOf), result])}`;
  if (result !== 'OK') return /ERROR/.test(result) && lines.length === 0 ? undefined : shown;
  const [first] = lines;
  const isOwn = lines.length === 1 && first !== undefined && USER_COMMANDS[command]?.test(textOf(first));
  return isOwn ? undefined : shown;
}
