/** Commands of every module: echo, identity, error form (27.007, V.250). */
import { Refusal } from '../errors.ts';
import { type Call, type CommandTable, ok } from './command.ts';

const MODEL = 'EC25';
const REVISION = 'EC25EFAR06A01M4G';

/** A basic command with a number, such as ATE0: the numbers it takes, and what they do. */
function basic(
  max: number,
  apply: (call: Call, value: number) => void = () => {},
): { execute: (call: Call) => void } {
  return {
    execute: (call) => {
      const value = Number(call.body || '0');
      if (value > max) throw new Refusal({ violation: `must be 0 to ${max}, got ${call.body}` });
      apply(call, value);
      call.reply.final('OK');
    },
  };
}

const answer = (line: string): { execute: string; test: string } => ({ execute: line, test: '' });

/** See the head of the file. */
export const basicCommands: CommandTable = {
  '': { execute: ok },
  E: basic(1, ({ firmware }, value) => {
    firmware.echo = value === 1;
  }),
  // Numeric answers (ATV0) would need another decoder: protocol.md §10 forbids to ask for them.
  V: {
    execute: ({ body, reply }) => {
      if (body !== '1') throw new Refusal({ violation: 'only ATV1 is allowed' });
      reply.final('OK');
    },
  },
  '&D': basic(2, ({ firmware }, value) => {
    firmware.transparent.dtrAction = value;
  }),
  '&C': basic(1, ({ firmware }, value) => {
    firmware.transparent.carrierFollowsData = value === 1;
  }),
  '&W': basic(0),
  I: { execute: `Quectel\n${MODEL}\nRevision: ${REVISION}` },
  '+GMI': answer('Quectel'),
  '+CGMI': answer('Quectel'),
  '+GMM': answer(MODEL),
  '+CGMM': answer(MODEL),
  '+GMR': answer(REVISION),
  '+CGMR': answer(REVISION),
  '+GSN': answer('861000000000017'),
  '+CGSN': answer('861000000000017'),
  '+CMEE': {
    test: '+CMEE: (0-2)',
    read: ({ firmware, reply }) => reply.info(`+CMEE: ${firmware.errorDetail}`).final('OK'),
    write: ({ firmware, reply, fields }) => {
      fields.expectCount(1, 1);
      firmware.errorDetail = fields.integer(0, 'n', 0, 2);
      reply.final('OK');
    },
  },
};
