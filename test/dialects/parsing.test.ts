import fc from 'fast-check';
import { bc66 } from '../../adapters/dialects/bc66.ts';
import type { Command } from '../../adapters/dialects/dialect.ts';
import { gsm } from '../../adapters/dialects/gsm.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { rg } from '../../adapters/dialects/rg.ts';
import { ugxx } from '../../adapters/dialects/ugxx.ts';
import { parsed } from './answers.ts';

const buffer = { contextId: 0, role: 'client', connectId: 0 } as const;
const queries: readonly Command[] = [
  ...[lte, ugxx, rg].flatMap(({ commands }): readonly Command[] => [
    commands.queryContexts(),
    commands.queryContext(1),
    commands.querySockets(),
    commands.querySent(0),
    commands.queryReceived(0),
    commands.read(0, 1),
    commands.readDatagram(0),
    commands.queryDnsServers(1),
    commands.queryOption('viewmode'),
    commands.queryEchoOfSentData(),
    commands.queryLastError(),
    ...commands.queryRegistration(),
  ]),
  lte.commands.queryTimeSync(),
  rg.commands.queryContextsAsync(),
  rg.commands.sendReported(0, 1),
  bc66.commands.querySocket(0),
  bc66.commands.queryTimeSync(),
  bc66.commands.queryLastError(),
  gsm.encoders.queryAddress(),
  gsm.encoders.resolve('a'),
  gsm.encoders.queryListenPorts(),
  gsm.encoders.queryStack(),
  gsm.encoders.queryServer(),
  gsm.encoders.queryConnections(),
  gsm.encoders.querySent(0),
  gsm.encoders.read(buffer, 1),
];

describe('answers of any form', () => {
  const field = fc.oneof(
    fc.integer().map(String),
    fc.string({ maxLength: 12 }),
    fc.constantFrom('""', '"TCP"', '10.0.0.1:80', '', '"10.0.0.1"'),
  );
  const rest = fc.array(field, { maxLength: 11 }).map((fields) => fields.join(','));
  const bare = fc.constantFrom('STATE: ', 'S: ', 'TCP: ', 'UDP: ', '', '10.0.0.');

  it.each(queries.map((command) => [command.text, command] as const))(
    'to %s are a value or none',
    (text, command) => {
      const name = /^AT(\+[A-Z0-9]+)/.exec(text)?.[1] ?? '+X';
      const line = fc.oneof(
        rest.map((fields) => `${name}: ${fields}`),
        fc.tuple(bare, rest).map(([front, fields]) => `${front}${fields}`),
      );
      fc.assert(
        fc.property(fc.array(line, { maxLength: 4 }), field, (lines, result) => {
          expect(() => parsed(command, lines, result)).not.toThrow();
        }),
        { numRuns: 100 },
      );
    },
  );
});
