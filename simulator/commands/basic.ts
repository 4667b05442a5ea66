/** Commands of every module: echo, identity, error form (27.007, V.250). */
import { Refusal } from '../errors.ts';
import { type Call, type Command, type CommandTable, ok } from './command.ts';

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

/** A model without the name of its maker. */
const bare = (model: string): string => model.replace(/^Quectel_/, '');

const manufacturer: Command = {
  test: '',
  execute: ({ firmware, reply }) => reply.info(firmware.hardware.profile.manufacturer).final('OK'),
};

const answer = (line: string): { execute: string; test: string } => ({ execute: line, test: '' });

/** Answers with the name of the model, or of its software. */
function identity(
  describe: (model: string, revision: string, manufacturer: string) => readonly string[],
): Command {
  return {
    test: '',
    execute: ({ firmware, reply }) => {
      const { profile, model } = firmware.hardware;
      // Software is named after its module.
      const revision =
        model === undefined ? profile.revision : profile.revision.replace(bare(profile.model), bare(model));
      reply.info(...describe(model ?? profile.model, revision, profile.manufacturer)).final('OK');
    },
  };
}

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
  I: identity((model, revision, maker) => [maker, model, `Revision: ${revision}`]),
  '+GMI': manufacturer,
  '+CGMI': manufacturer,
  '+GMM': identity((model) => [model]),
  '+CGMM': identity((model) => [model]),
  '+GMR': identity((_, revision) => [revision]),
  '+CGMR': identity((_, revision) => [revision]),
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
